import { parseArgs } from 'node:util';

export interface BenchDescription<Name extends string> {
  /** As `pnpm bench` calls it. */
  name: string;
  /** What it measures against what, for `--help`. */
  says: string;
  /** Each a number above 0. */
  options: Record<Name, { says: string; value: number }>;
}

export type BenchOptions<Name extends string> = Record<Name, number> & {
  mongodb: string;
  redis: string;
  /** A goal that is missed ends the bench with 1. */
  judge: boolean;
};

/**
 * What a bench was asked for: the addresses that the runner gives, `--judge`, and its own options. Ends the process for `--help` (0)
 * and for what it does not know (2).
 */
export function readBenchOptions<Name extends string>(
  bench: BenchDescription<Name>,
  argv: readonly string[] = process.argv.slice(2),
): BenchOptions<Name> {
  const result = parseBenchOptions(bench, argv);
  if (typeof result === 'object') return result;
  process.stderr.write(`${result === '' ? '' : `${result}\n\n`}${describeBench(bench)}\n`);
  process.exit(result === '' ? 0 : 2);
}

/** The options; else what is wrong with them, '' where help is wanted. */
export function parseBenchOptions<Name extends string>(
  { options: own }: BenchDescription<Name>,
  argv: readonly string[],
): BenchOptions<Name> | string {
  const names = Object.keys(own) as Name[]; // an object's keys are those of its type
  const texts = ['mongodb', 'redis', ...names].map((name) => [name, { type: 'string' }] as const);
  const flags = { judge: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;
  try {
    const parsed = parseArgs({ args: [...argv], options: { ...Object.fromEntries(texts), ...flags } });
    // Names that are made here are lost to the parser's type.
    const values: Readonly<Record<string, unknown>> = parsed.values;
    if (values.help) return '';
    const numbers = names.map((name) => [name, Number(values[name] ?? own[name].value)] as const);
    const wrong = numbers.find(([, value]) => !(value > 0 && Number.isFinite(value)));
    if (wrong) return `--${wrong[0]} is a number above 0`;
    const { mongodb = '', redis = '', judge = false } = values;
    if (mongodb === '') return 'Name a MongoDB: --mongodb mongodb://127.0.0.1:27017/bench';
    return { ...Object.fromEntries(numbers), mongodb, redis, judge } as BenchOptions<Name>; // every name has its number
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function describeBench<Name extends string>({ name, says, options }: BenchDescription<Name>): string {
  const own = Object.entries<{ says: string; value: number }>(options);
  return [
    `pnpm bench ${name} [options]`,
    says,
    '',
    ...own.map(([option, { says: what, value }]) => `  --${`${option} ${value}`.padEnd(20)}${what}`),
    `  --${'judge'.padEnd(20)}end with 1 when the goal is missed`,
  ].join('\n');
}
