import { pureTestConfig } from '@envase/testing/vitest';
import { defineConfig } from 'vitest/config';

// Stacks bring their own engines. Most tests wait more than they work, so two files may run at once; those that kill programs
// measure how soon work goes on or have much at once to do, so they run alone.
const measured = ['test/kill.test.ts', 'test/crash-points.test.ts', 'test/crash-restart.test.ts'];
const { reporters, ...shared } = pureTestConfig.test ?? {};
const together = { name: 'together', exclude: measured, maxWorkers: 2, sequence: { groupOrder: 1 } };
const alone = { name: 'alone', include: measured, maxWorkers: 1, sequence: { groupOrder: 2 } };

export default defineConfig({
  test: {
    ...(reporters ? { reporters } : {}),
    projects: [{ test: { ...shared, ...together } }, { test: { ...shared, ...alone } }],
  },
});
