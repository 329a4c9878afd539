import { testConfig } from '@envase/testing/vitest';
import { mergeConfig } from 'vitest/config';

// Retries, breakers and orders take hundreds of writes a test: seconds where the machine is free, a minute where it is not.
export default mergeConfig(testConfig, { test: { testTimeout: 120_000 } });
