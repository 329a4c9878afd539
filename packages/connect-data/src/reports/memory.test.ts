import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const program = fileURLToPath(new URL('../../test/report-memory.ts', import.meta.url));
// V8 takes what a machine offers before it collects: with a bound the peak tells what is needed, and too little ends the process.
const bounds = ['--max-old-space-size=64', '--max-semi-space-size=8'];

async function measure(): Promise<{ bytes: number; peakMb: number }> {
  const child = spawn(process.execPath, [...bounds, program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [out, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  expect(code).toBe(0);
  return JSON.parse(out);
}

it('a million events that make a million rows of Parquet need less than 200 MB', async () => {
  const { bytes, peakMb } = await measure();
  expect(bytes).toBeGreaterThan(4_000_000);
  expect(peakMb).toBeLessThan(200);
}, 180_000);
