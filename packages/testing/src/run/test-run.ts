import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError, startEngines } from '@envase/engines';
import { parseReport, presentTotals, sumResults, type TestReport, type Totals } from './sum-results.ts';
import { runTurbo } from './turbo.ts';
import { ROOT } from './workspace.ts';

// `pnpm test`: one MongoDB and one Redis for all packages; the last line is the sum.
const resultsDir = join(ROOT, '.test-results');
const totals = await runTests();
for (const note of totals.notes) console.log(`FAILED ${note}`);
console.log(presentTotals(totals));
process.exitCode = totals.failed > 0 ? 1 : 0;

async function runTests(): Promise<Totals> {
  await rm(resultsDir, { recursive: true, force: true });
  await mkdir(resultsDir);
  try {
    return await runWithEngines();
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { passed: 0, failed: 1, notes: [error.message] };
  }
}

async function runWithEngines(): Promise<Totals> {
  const engines = await startEngines({
    mongodbUri: process.env.MONGODB_URI,
    redisUrl: process.env.REDIS_URL,
    report: (line) => console.log(line),
  });
  try {
    const { exitCode, runs } = await runTurbo({
      root: ROOT,
      tasks: ['test', 'typecheck'],
      args: process.argv.slice(2),
      env: { MONGODB_URI: engines.mongodbUri, REDIS_URL: engines.redisUrl, TEST_RESULTS_DIR: resultsDir },
    });
    const reports = await readReports(runs.filter(({ task }) => task === 'test').map((run) => run.package));
    const sum = sumResults(runs, (name) => reports.get(name));
    if (exitCode === 0 || sum.failed > 0) return sum;
    return { ...sum, failed: 1, notes: [`turbo ended with ${exitCode}`] };
  } finally {
    await engines.stop();
  }
}

async function readReports(packages: readonly string[]): Promise<Map<string, TestReport>> {
  const reports = new Map<string, TestReport>();
  for (const name of packages) {
    const report = parseReport(await readText(join(resultsDir, `${name.replace('@envase/', '')}.json`)));
    if (report !== undefined) reports.set(name, report);
  }
  return reports;
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return undefined; // the package crashed before it could write
  }
}
