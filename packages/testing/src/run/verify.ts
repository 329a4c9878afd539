import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { findBoundaryFaults } from './boundaries.ts';
import { findSourceFaults } from './source-rules.ts';
import { ROOT, readWorkspace } from './workspace.ts';

// `pnpm verify`: everything that can be judged without running the programs. All steps run, whatever fails.
interface Step {
  name: string;
  /** What is wrong, for a person; empty where nothing is. */
  run(): Promise<string>;
}

const spelling = ['--config', 'packages/testing/cspell.json', '--cache', '--cache-location', '.turbo/cspell'];
const steps: readonly Step[] = [
  {
    name: 'format and lint',
    run: () => runTool('biome', ['ci', '--colors=off', '--max-diagnostics=100', '.']),
  },
  {
    name: 'types',
    run: () => runTool('tsc', ['-p', 'packages/testing/tsconfig.all.json']),
  },
  { name: 'boundaries', run: async () => findBoundaryFaults(await readWorkspace(ROOT)).join('\n') },
  { name: 'house rules', run: checkSources },
  { name: 'unused code', run: () => runTool('knip', ['--no-progress', '--treat-config-hints-as-errors']) },
  { name: 'spelling', run: () => runTool('cspell', [...spelling, '--no-progress', '--no-summary']) },
];

const failed: string[] = [];
for (const step of steps) {
  const startedAt = performance.now();
  const fault = await step.run();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${fault === '' ? 'ok    ' : 'FAILED'} ${step.name} (${seconds} s)`);
  if (fault === '') continue;
  console.log(`${fault}\n`);
  failed.push(step.name);
}
console.log(failed.length === 0 ? 'verified' : `not verified: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;

async function checkSources(): Promise<string> {
  const packages = await readWorkspace(ROOT);
  return findSourceFaults(packages.flatMap(({ sources }) => sources)).join('\n');
}

/** The tool's output where it fails; nothing where it does not. */
async function runTool(name: string, args: readonly string[]): Promise<string> {
  const bins = ['node_modules/.bin', 'packages/testing/node_modules/.bin'].map((dir) => join(ROOT, dir));
  const child = spawn(name, args, {
    cwd: ROOT,
    env: { ...process.env, PATH: [...bins, process.env.PATH].join(':') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  // Typed by Node: the code, null after a signal.
  const [code] = (await once(child, 'close')) as [number | null];
  return code === 0 ? '' : output.trim() || `${name} ended with ${code}`;
}
