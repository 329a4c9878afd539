import { pureTestConfig } from '@envase/testing/vitest';
import { defineConfig } from 'vitest/config';

// Stacks bring their own engines. Most tests wait more than they work, so two files may run at once. Drills harm a whole platform
// and measure how soon work goes on: they run alone and have a command of their own.
const drills = ['test/kill.test.ts', 'test/crash-points.test.ts', 'test/crash-restart.test.ts'];
const { reporters, isolate: _, ...shared } = pureTestConfig.test ?? {};

export default defineConfig({
  test: {
    ...(reporters ? { reporters } : {}),
    projects: [
      { test: { ...shared, name: 'paths', exclude: drills, maxWorkers: 2 } },
      { test: { ...shared, name: 'drills', include: drills, maxWorkers: 1 } },
    ],
  },
});
