import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createLogger } from './logger.ts';
import { createShutdown } from './shutdown.ts';

const index = new URL('./index.ts', import.meta.url).href;

function prepare(graceMs?: number) {
  const lines: string[] = [];
  const logger = createLogger({
    program: 't',
    destination: { write: (line: string) => void lines.push(line) },
  });
  return { lines, shutdown: createShutdown({ logger, ...(graceMs ? { graceMs } : {}) }) };
}

describe('createShutdown', () => {
  it('stops by stage, the last added first, and exits 0', async () => {
    const { lines, shutdown } = prepare();
    const done: string[] = [];
    const step = (name: string) => async () => {
      expect(shutdown.isStopping()).toBe(true);
      done.push(name);
    };
    shutdown.add('mongo', step('mongo'), 'stores');
    shutdown.add('queue', step('queue'), 'queues');
    shutdown.add('worker a', step('worker a'));
    shutdown.add('worker b', step('worker b'));
    shutdown.add('http', step('http'), 'accept');
    expect(shutdown.isStopping()).toBe(false);
    expect(await shutdown.run('test')).toBe(0);
    expect(done).toEqual(['http', 'worker b', 'worker a', 'queue', 'mongo']);
    expect(lines.filter((line) => line.includes('Stop step done'))).toHaveLength(5);
    expect(lines.every((line) => !line.includes('done') || typeof JSON.parse(line).ms === 'number')).toBe(
      true,
    );
  });

  it('goes on after a failing step and exits 1', async () => {
    const { lines, shutdown } = prepare();
    const done: string[] = [];
    shutdown.add('store', () => void done.push('store'), 'stores');
    shutdown.add('bad', () => Promise.reject(new Error('stuck')));
    expect(await shutdown.run('test')).toBe(1);
    expect(done).toEqual(['store']);
    expect(lines.join('')).toContain('Stop step failed');
  });

  it('gives up after the grace and names the step that hung', async () => {
    const { lines, shutdown } = prepare(20);
    shutdown.add('hanging', () => new Promise(() => undefined));
    expect(await shutdown.run('test')).toBe(1);
    expect(JSON.parse(lines.find((line) => line.includes('too long')) ?? '{}')).toMatchObject({
      step: 'hanging',
    });
  });

  it('runs its steps once however often it is asked', async () => {
    const { shutdown } = prepare();
    const done: string[] = [];
    shutdown.add('once', () => void done.push('once'));
    expect(await Promise.all([shutdown.run('a'), shutdown.run('b')])).toEqual([0, 0]);
    expect(done).toEqual(['once']);
  });
});

function startProgram(body: string) {
  const code = `import * as r from '${index}'; await r.runMain({ program: 'p', start: async ({ logger, shutdown }) => { ${body} } });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const waiters = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk;
      for (const wake of waiters) wake();
    });
  }
  const seen = (text: string) =>
    new Promise<void>((resolve) => {
      const look = () => output.includes(text) && resolve();
      waiters.add(look);
      look();
    });
  const exit = once(child, 'close').then(([exitCode]) => exitCode);
  return { child, seen, exit, output: () => output };
}

const KEEP_ALIVE = 'const keep = setInterval(() => {}, 1000);';

describe('runMain', () => {
  it('stops in order and exits 0 on SIGTERM', async () => {
    const program = startProgram(`${KEEP_ALIVE} shutdown.add('keep', () => clearInterval(keep));`);
    await program.seen('Started');
    program.child.kill('SIGTERM');
    expect(await program.exit).toBe(0);
    expect(program.output()).toContain('"step":"keep"');
  });

  it('exits at once on a second signal', async () => {
    const program = startProgram(`${KEEP_ALIVE} shutdown.add('hang', () => new Promise(() => {}));`);
    await program.seen('Started');
    program.child.kill('SIGINT');
    await program.seen('Stopping');
    program.child.kill('SIGTERM');
    expect(await program.exit).toBe(1);
    expect(program.output()).toContain('A second signal came');
  });

  it('closes what it opened and exits 1 when the start fails, without secrets in the log', async () => {
    const program = startProgram(
      `${KEEP_ALIVE} shutdown.add('opened', () => {}); throw new Error('mongodb://u:canary@h is away');`,
    );
    expect(await program.exit).toBe(1);
    expect(program.output()).toContain('The program could not start');
    expect(program.output()).toContain('"step":"opened"');
    expect(program.output()).not.toContain('canary');
  });

  it.each([
    ['an uncaught error', "setTimeout(() => { throw new Error('later'); }, 1);", 'An error was not caught'],
    [
      'an unhandled rejection',
      "setTimeout(() => Promise.reject('later'), 1);",
      'A rejection was not handled',
    ],
  ])('exits 1 after %s', async (_, body, message) => {
    const program = startProgram(`${KEEP_ALIVE} ${body}`);
    expect(await program.exit).toBe(1);
    expect(program.output()).toContain(message);
  });
});
