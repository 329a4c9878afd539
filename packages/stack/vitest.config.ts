import { pureTestConfig } from '@envase/testing/vitest';
import { defineConfig } from 'vitest/config';

// Stacks bring their own engines. Most tests wait more than they work, so two files may run at once; those that kill programs
// measure how soon work goes on, so they run alone. Drills have a command of their own.
const kills = ['test/kill.test.ts'];
const drills = ['test/crash-points.test.ts', 'test/crash-restart.test.ts'];
const { reporters, isolate: _, ...shared } = pureTestConfig.test ?? {};
const alone = { maxWorkers: 1, sequence: { groupOrder: 2 } };
const together = { exclude: [...kills, ...drills], maxWorkers: 2, sequence: { groupOrder: 1 } };

export default defineConfig({
  test: {
    ...(reporters ? { reporters } : {}),
    projects: [
      { test: { ...shared, ...together, name: 'together' } },
      { test: { ...shared, ...alone, name: 'kills', include: kills } },
      { test: { ...shared, ...alone, name: 'drills', include: drills } },
    ],
  },
});
