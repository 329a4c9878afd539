/** One task as the runner saw it end. */
export interface TaskRun {
  /** With its scope: `@envase/egress`. */
  package: string;
  task: string;
  /** Absent: it never ran to its end. */
  exitCode?: number;
}

/** What this needs of vitest's JSON report. */
export interface TestReport {
  numPassedTests: number;
  numFailedTests: number;
  testResults: readonly { name: string; status: string; assertionResults: readonly { status: string }[] }[];
}

export interface Totals {
  passed: number;
  failed: number;
  /** One line for every failure that is not a failed test. */
  notes: string[];
}

/**
 * Counts the tests that really ran. One more failure each: a package without a report or without a test, a test file
 * that broke outside its tests, a run that failed with all its tests green, and a failed task of another kind.
 */
export function sumResults(
  runs: readonly TaskRun[],
  reportOf: (packageName: string) => TestReport | undefined,
): Totals {
  const totals: Totals = { passed: 0, failed: 0, notes: [] };
  for (const run of runs) {
    if (run.task === 'test') addTests(totals, run, reportOf(run.package));
    else if (run.exitCode !== 0) addFailure(totals, `${run.package}: ${run.task} failed`);
  }
  if (runs.length === 0) addFailure(totals, 'nothing ran');
  return totals;
}

function addTests(totals: Totals, run: TaskRun, report: TestReport | undefined): void {
  if (report === undefined) {
    addFailure(totals, `${run.package}: no test results`);
    return;
  }
  const failedBefore = totals.failed;
  totals.passed += report.numPassedTests;
  totals.failed += report.numFailedTests;
  for (const file of report.testResults) {
    const isExplained = file.assertionResults.some(({ status }) => status === 'failed');
    if (file.status === 'failed' && !isExplained) addFailure(totals, `${run.package}: ${file.name} broke`);
  }
  if (totals.failed > failedBefore) return;
  if (report.numPassedTests === 0) addFailure(totals, `${run.package}: no test ran`);
  else if (run.exitCode !== 0) addFailure(totals, `${run.package}: failed outside its tests`);
}

function addFailure(totals: Totals, note: string): void {
  totals.failed += 1;
  totals.notes.push(note);
}

/** The line `pnpm test` and CI end with. */
export function presentTotals({ passed, failed }: Pick<Totals, 'passed' | 'failed'>): string {
  return `${passed} passed, ${failed} failed`;
}

/** A report from its file's text; undefined where a crash left none or half of one. */
export function parseReport(text: string | undefined): TestReport | undefined {
  if (text === undefined) return undefined;
  try {
    const report = JSON.parse(text) as TestReport; // checked on the next line
    return Array.isArray(report.testResults) && Number.isInteger(report.numPassedTests) ? report : undefined;
  } catch {
    return undefined;
  }
}
