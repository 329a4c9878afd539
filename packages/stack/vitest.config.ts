import { pureTestConfig } from '@envase/testing/vitest';
import { mergeConfig } from 'vitest/config';

// Stacks bring their own engines, and two of them at once would measure each other.
export default mergeConfig(pureTestConfig, { test: { fileParallelism: false } });
