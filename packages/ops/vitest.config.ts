import { testConfig } from '@envase/testing/vitest';
import { mergeConfig } from 'vitest/config';

// The board is slow to load, and no test changes what another would load.
export default mergeConfig(testConfig, { test: { isolate: false } });
