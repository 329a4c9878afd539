import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@envase/testing';
import { expect, it, onTestFinished } from 'vitest';
import { findPortBase } from '../src/launch/ports.ts';
import { sourceOf, startCommand } from './commands.ts';

/** Runs a script below a shell and hands no signal on, as package managers do. */
const packageManager = `
const { spawn } = require('node:child_process');
spawn('/bin/sh', ['-c', process.argv[2] + '; exit $?'], { stdio: 'inherit' }).on('exit', (code) => process.exit(code ?? 1));
`;

it('stops when the package manager that runs it is ended, and lets the next one start as soon as it has', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'envase-starters-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const pnpm = join(dir, 'pnpm.cjs');
  writeFileSync(pnpm, packageManager);
  const options = ['--data', join(dir, 'data'), '--port-base', String(await findPortBase())];
  const main = [process.execPath, sourceOf('main.ts'), ...options, '--processes'];
  const first = startCommand(process.execPath, [pnpm, main.map((word) => `'${word}'`).join(' ')]);
  await waitFor(() => first.out().includes('Everything is ready'), {
    what: () => `the first stack: ${first.err()}`,
    timeoutMs: 60_000,
  });
  first.child.kill('SIGTERM');
  await waitFor(() => first.out().includes('is gone: stopping'), { what: first.out });

  const second = startCommand(process.execPath, [sourceOf('demo.ts'), ...options]);
  // A container is published, and what the sample TMS is told of it is shown.
  const boxes = () => second.out().match(/^.*[A-Z]{4}\d{7} .*$/gm) ?? [];
  await waitFor(() => boxes().some((line) => !line.includes('published: tracking')), {
    what: () => `the second stack, a demo: ${second.out()}${second.err()}`,
    timeoutMs: 60_000,
  });
  expect(first.out()).toContain('Stopped');
  expect(existsSync(join(dir, 'data', 'stack.json'))).toBe(true);
  second.child.kill('SIGTERM');
  expect(await second.ended).toBe(0);
  expect(existsSync(join(dir, 'data', 'stack.json'))).toBe(false);
}, 150_000);
