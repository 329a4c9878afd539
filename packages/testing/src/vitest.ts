import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const globalSetup = fileURLToPath(new URL('./global-setup.ts', import.meta.url));

const shared = {
  include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
  testTimeout: 60_000,
  hookTimeout: 120_000,
  // Files share what they import: a third of a run went into importing it anew. Nothing of ours has a state of its own per module.
  isolate: false,
  reporters: reporters(),
};

/** For packages whose tests need MongoDB or Redis: `MONGODB_URI` and `REDIS_URL` are set in every test. */
export const testConfig = defineConfig({ test: { ...shared, globalSetup } });

/** For packages whose tests need no server: starts none. */
export const pureTestConfig = defineConfig({ test: shared });

/** With `TEST_RESULTS_DIR` the results also go to `<package>.json` there, where `pnpm test` sums them. */
function reporters(): ('default' | ['json', { outputFile: string }])[] {
  const dir = process.env.TEST_RESULTS_DIR;
  if (!dir) return ['default'];
  // Read, not imported: the config runs in the package under test, whichever that is.
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { name: string };
  return ['default', ['json', { outputFile: join(dir, `${manifest.name.replace('@envase/', '')}.json`) }]];
}
