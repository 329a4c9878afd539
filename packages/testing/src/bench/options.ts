import { parseArgs } from 'node:util';

export interface BenchOption {
  says: string;
  /** Where it is not given; `false` makes it a switch, anything else takes a number above 0. */
  value: number | false;
}

type OwnOptions = Readonly<Record<string, BenchOption>>;

export type BenchOptions<Own extends OwnOptions> = {
  [Name in keyof Own]: Own[Name]['value'] extends false ? boolean : number;
} & { mongodb: string; redis: string };

/**
 * What a bench was asked for: its own options, and the addresses of the servers that the runner gives. Ends the process for `--help`
 * (0) and for what it does not know (2).
 */
export function readBenchOptions<const Own extends OwnOptions>(bench: string, own: Own): BenchOptions<Own> {
  const result = parseBenchOptions(own, process.argv.slice(2));
  if (typeof result === 'object') return result;
  const isFault = result !== '';
  const lines = [
    ...(isFault ? [`${result}\n`] : []),
    `pnpm bench ${bench} [options]\n`,
    ...Object.entries(own).map(
      ([name, { says, value }]) => `  --${(value === false ? name : `${name} ${value}`).padEnd(18)}${says}`,
    ),
  ];
  process.stderr.write(`${lines.join('\n')}\n`);
  process.exit(isFault ? 2 : 0);
}

/** The options; else what is wrong, '' where help is wanted. */
export function parseBenchOptions<const Own extends OwnOptions>(
  own: Own,
  argv: readonly string[],
): BenchOptions<Own> | string {
  const given = readGiven(own, argv);
  if (typeof given === 'string') return given;
  if (given.help) return '';
  const read = Object.entries(own).map(([name, { value }]) => {
    if (value === false) return [name, given[name] === true] as const;
    return [name, Number(given[name] ?? value)] as const;
  });
  const wrong = read.find(([, value]) => typeof value === 'number' && !(value > 0 && Number.isFinite(value)));
  if (wrong) return `--${wrong[0]} is a number above 0`;
  const addresses = { mongodb: String(given.mongodb ?? ''), redis: String(given.redis ?? '') };
  return { ...Object.fromEntries(read), ...addresses } as BenchOptions<Own>; // each name with what it takes
}

function readGiven(
  own: OwnOptions,
  argv: readonly string[],
): Readonly<Record<string, string | boolean | undefined>> | string {
  const typeOf = ({ value }: BenchOption) => (value === false ? 'boolean' : 'string');
  const entries = Object.entries(own).map(([name, option]) => [name, { type: typeOf(option) }] as const);
  const shared = {
    help: { type: 'boolean', short: 'h' },
    mongodb: { type: 'string' },
    redis: { type: 'string' },
  } as const;
  try {
    return parseArgs({ args: [...argv], options: { ...Object.fromEntries(entries), ...shared } }).values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
