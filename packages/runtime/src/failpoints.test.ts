import { spawnSync } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { armFailpoints, clearFailpoints, FailpointError, failpoint, setFailpoint } from './failpoints.ts';

afterEach(clearFailpoints);

describe('failpoint', () => {
  it('does nothing while none is set or another is', () => {
    expect(failpoint('C1')).toBeUndefined();
    setFailpoint('C2', 'throw');
    expect(failpoint('C1')).toBeUndefined();
  });

  it('throws on every hit after those that pass, until cleared', () => {
    setFailpoint('C1', 'throw', { after: 2 });
    expect([failpoint('C1'), failpoint('C1')]).toEqual([undefined, undefined]);
    expect(() => failpoint('C1')).toThrow(FailpointError);
    expect(() => failpoint('C1')).toThrow('Failpoint C1 was hit');
    clearFailpoints();
    expect(failpoint('C1')).toBeUndefined();
  });

  it('runs a function of the test and waits for it', async () => {
    const hits: string[] = [];
    setFailpoint('C9', async (name) => void hits.push(name));
    await failpoint('C9');
    expect(hits).toEqual(['C9']);
  });

  it('is armed by a text, which is refused when it is not understood', () => {
    armFailpoints(' C2:throw@1, C9:throw ,');
    expect(failpoint('C2')).toBeUndefined();
    expect(() => failpoint('C2')).toThrow('C2');
    expect(() => failpoint('C9')).toThrow('C9');
    for (const text of ['C2', 'C2:burn', 'C2:kill@x', ':kill'])
      expect(() => armFailpoints(text)).toThrow(RangeError);
  });

  it('kills the process as kill -9 does, and nothing runs after it', () => {
    const index = new URL('./index.ts', import.meta.url).href;
    const code = `import { armFailpoints, failpoint } from '${index}'; armFailpoints('C2:kill'); await failpoint('C2'); console.log('ran on');`;
    const result = spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
    expect(result.signal).toBe('SIGKILL');
    expect(result.stdout).toBe('');
  });
});
