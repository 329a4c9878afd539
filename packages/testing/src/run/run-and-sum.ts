import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  isTestTask,
  parseReport,
  presentTotals,
  sumResults,
  type TestReport,
  type Totals,
} from './sum-results.ts';
import { runTurbo } from './turbo.ts';
import { ROOT } from './workspace.ts';

const resultsDir = join(ROOT, '.test-results');

export interface RunOptions {
  tasks: readonly string[];
  /** Passed on to turbo. */
  args: readonly string[];
}

/** Runs tasks of the packages with turbo and counts the tests that really ran. */
export async function runAndSum({ tasks, args }: RunOptions): Promise<Totals> {
  await rm(resultsDir, { recursive: true, force: true });
  await mkdir(resultsDir);
  const { exitCode, runs } = await runTurbo({
    root: ROOT,
    tasks,
    args,
    env: { TEST_RESULTS_DIR: resultsDir },
  });
  const reports = await readReports(runs.filter(({ task }) => isTestTask(task)).map((run) => run.package));
  const sum = sumResults(runs, (name) => reports.get(name));
  if (exitCode === 0 || sum.failed > 0) return sum;
  return { ...sum, failed: 1, notes: [`turbo ended with ${exitCode}`] };
}

/** Ends a run: each failure, the sum as the last line, exit code 1 where something failed. */
export function tell(totals: Totals): void {
  for (const note of totals.notes) console.log(`FAILED ${note}`);
  console.log(presentTotals(totals));
  process.exitCode = totals.failed > 0 ? 1 : 0;
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
