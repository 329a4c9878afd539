import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { startEngines } from '@envase/engines';
import { ROOT } from '../src/run/workspace.ts';

interface Bench {
  /** Which promise it measures. */
  measures: string;
  /** From the top of the workspace; run with `--mongodb` and `--redis`. */
  file: string;
}

const benches: Readonly<Record<string, Bench>> = {
  ingest: { measures: 'P1: CPU of a publish', file: 'packages/testing/bench/ingest.ts' },
  deliver: { measures: 'P3: deliveries per CPU second', file: 'packages/webhook-delivery/bench/deliver.ts' },
  schedule: {
    measures: 'P4, P5, P8: memory per container, steady pumps, requests per due container',
    file: 'packages/trace-manager/bench/schedule.ts',
  },
  isolation: {
    measures: 'R7: healthy hooks beside hanging and failing ones',
    file: 'packages/webhook-delivery/bench/isolation.ts',
  },
  latency: { measures: 'P2: publish to first byte of its web-hook', file: 'packages/stack/bench/latency.ts' },
  backlog: { measures: 'P6: a large backlog', file: 'packages/webhook-delivery/bench/backlog.ts' },
  outage: { measures: 'R8: publishes while Redis is dead', file: 'packages/stack/bench/outage.ts' },
  overload: { measures: 'R10: publishes at three times what fits', file: 'packages/stack/bench/overload.ts' },
};

const { names, keeps, wantsHelp, passed, shared } = readArguments(process.argv.slice(2));
const unknown = names.filter((name) => !Object.hasOwn(benches, name));
if (wantsHelp) {
  say('pnpm bench [name …] [--keep] [--judge] [options of the one bench named]\n');
  say('Measures against a bare reference in the same run; all of them unless named:');
  for (const [name, { measures }] of Object.entries(benches)) say(`  ${name.padEnd(10)}${measures}`);
  say('\npnpm bench <name> --help tells its options. --judge ends with 1 where a goal is missed,');
  say('--keep writes what is printed to packages/testing/bench/RESULTS.md.');
  say('MONGODB_URI and REDIS_URL name servers to measure on; private ones are started unless given.');
} else if (unknown.length > 0) {
  say(`No bench is called ${unknown.join(', ')}: there are ${Object.keys(benches).join(', ')}`);
  process.exitCode = 2;
} else if (passed.length > 0 && names.length !== 1) {
  say(`${passed.join(' ')} is an option of one bench: name it`);
  process.exitCode = 2;
} else if (passed.includes('--help')) {
  process.exitCode = (await run(benches[names[0] ?? '']?.file ?? '', passed)).code;
} else {
  process.exitCode = await runAll(names.length > 0 ? names : Object.keys(benches));
}

/** Names come first; the runner's own options may stand anywhere, and the rest is the bench's. */
function readArguments(argv: readonly string[]) {
  const firstOption = argv.findIndex((one) => one.startsWith('-'));
  const names = firstOption === -1 ? argv : argv.slice(0, firstOption);
  const options = argv.slice(names.length).map((one) => (one === '-h' ? '--help' : one));
  const wantsHelp = names.length === 0 && options.includes('--help');
  const passed = options.filter((one) => one !== '--keep' && one !== '--judge');
  const shared = options.filter((one) => one === '--judge');
  return { names, keeps: options.includes('--keep'), wantsHelp, passed, shared };
}

async function runAll(names: readonly string[]): Promise<number> {
  const engines = await startEngines({
    mongodbUri: process.env.MONGODB_URI,
    redisUrl: process.env.REDIS_URL,
    report: say,
  });
  try {
    const servers = ['--mongodb', engines.mongodbUri, '--redis', engines.redisUrl];
    let exitCode = 0;
    for (const name of names) {
      say(`\n${name}: ${benches[name]?.measures}`);
      const { code, printed } = await run(benches[name]?.file ?? '', [...servers, ...shared, ...passed]);
      exitCode ||= code;
      if (keeps && code === 0) await keep(name, printed);
    }
    return exitCode;
  } finally {
    await engines.stop();
  }
}

async function run(file: string, options: readonly string[]): Promise<{ code: number; printed: string }> {
  const child = spawn(process.execPath, [join(ROOT, file), ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    printed += chunk;
    process.stdout.write(chunk);
  });
  // Typed by Node: the code, null after a signal.
  const [code] = (await once(child, 'close')) as [number | null];
  return { code: code ?? 1, printed };
}

/** One section a bench, replaced by its newest run. */
async function keep(name: string, printed: string): Promise<void> {
  const path = join(ROOT, 'packages/testing/bench/RESULTS.md');
  const sections = (await readFile(path, 'utf8'))
    .split(/^(?=## )/m)
    .filter((one) => !one.startsWith(`## ${name}\n`));
  const on = `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}`;
  const section = `## ${name}\n\n${on}\n\n\`\`\`\n${printed.trim()}\n\`\`\`\n`;
  await writeFile(path, [...sections.map((one) => `${one.trimEnd()}\n`), section].join('\n'));
}

function say(line: string): void {
  console.log(line);
}
