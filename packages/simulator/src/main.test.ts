import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { get } from '../test/stage.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));

describe('the command line', () => {
  it('prints base URLs and made-up logins, serves, and stops on a signal', async () => {
    const program = spawn(process.execPath, [main, '--port', '0', '--speed', '1440', '--seed', 'demo']);
    onTestFinished(() => {
      program.kill('SIGKILL');
    });
    const lines: string[] = [];
    for await (const line of createInterface({ input: program.stdout })) {
      lines.push(line);
      if (line.includes('control')) break;
    }
    const url = /Simulator at (\S+), speed 1440, seed demo/.exec(lines[0] ?? '')?.[1] ?? '';
    const text = lines.join('\n');
    for (const path of [
      '/apm',
      '/bnsf',
      '/cn',
      '/dcsa_tnt',
      '/emodal',
      '/port_virginia',
      '/sprintpass_pro',
      '/terminal49/v2',
      '/trapac',
      '/vizion',
    ])
      expect(text).toContain(`${url}${path}`);
    expect(text).toContain('simulated-apm-client');
    expect((await get(`${url}/health`)).json).toMatchObject({ status: 'ok', speed: 1_440 });
    const ended = once(program, 'exit');
    program.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });

  it('is what `pnpm simulator` runs', () => {
    const root = new URL('../../../', import.meta.url);
    const { scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
    expect(fileURLToPath(new URL(scripts.simulator.replace('node ', ''), root))).toBe(main);
  });

  it('explains itself, and refuses a speed that is none', async () => {
    const run = promisify(execFile);
    expect((await run(process.execPath, [main, '--help'])).stdout).toContain('--speed <factor>');
    for (const option of ['--port <port>', '--seed <text>', '--state <file>'])
      expect((await run(process.execPath, [main, '--help'])).stdout).toContain(option);
    await expect(run(process.execPath, [main, '--speed', 'fast'])).rejects.toThrow(
      'must be a positive number',
    );
  });
});
