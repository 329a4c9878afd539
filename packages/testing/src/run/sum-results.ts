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
  testResults: readonly { name: string; status: string; assertionResults: readonly TestResult[] }[];
}

interface TestResult {
  status: string;
  fullName?: string;
  failureMessages?: readonly string[] | null;
}

export interface Totals {
  passed: number;
  failed: number;
  /** One line for every failure: which test, with the first line of what it says, or what else broke. */
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
    if (isTestTask(run.task)) addTests(totals, run, reportOf(run.package));
    else if (run.exitCode !== 0) addFailure(totals, `${run.package}: ${run.task} failed`);
  }
  if (runs.length === 0) addFailure(totals, 'nothing ran');
  return totals;
}

/** Whether a task of this name leaves a report of tests. */
export function isTestTask(task: string): boolean {
  return task === 'test' || task === 'drill';
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
    const red = file.assertionResults.filter(({ status }) => status === 'failed');
    totals.notes.push(...red.map((test) => `${run.package}: ${describeFailure(test)}`));
    if (file.status === 'failed' && red.length === 0)
      addFailure(totals, `${run.package}: ${file.name} broke`);
  }
  if (totals.failed > failedBefore) return;
  if (report.numPassedTests === 0) addFailure(totals, `${run.package}: no test ran`);
  else if (run.exitCode !== 0) addFailure(totals, `${run.package}: failed outside its tests`);
}

function describeFailure({ fullName = 'a test', failureMessages }: TestResult): string {
  const [firstLine] = (failureMessages?.[0] ?? '').split('\n');
  return firstLine ? `${fullName}: ${firstLine}` : fullName;
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
