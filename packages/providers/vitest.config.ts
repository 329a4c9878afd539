import { pureTestConfig } from '@envase/testing/vitest';

export default pureTestConfig;
