import { testConfig } from '@envase/testing/vitest';

export default testConfig;
