import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReceivedEvent } from '@envase/client';
import { waitFor } from '@envase/testing';
import { askSimulator } from '../src/demo/ask-simulator.ts';
import { type SampleTms, startSampleTms } from '../src/demo/sample-tms.ts';
import { findPortBase } from '../src/launch/ports.ts';
import type { StackFile } from '../src/launch/stack-file.ts';
import { type Stack, type StackOptions, startStack } from '../src/launch/start-stack.ts';

export interface TestStack {
  dataDir: string;
  portBase: number;
  /** The one that runs now. */
  stack: Stack;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Stops it and removes the folder. */
  remove(): Promise<void>;
}

/** Starts a stack of its own engines on a temporary folder and free ports. */
export async function startTestStack(options: Partial<StackOptions> = {}): Promise<TestStack> {
  const dataDir = mkdtempSync(join(tmpdir(), 'envase-stack-'));
  const portBase = await findPortBase();
  const start = () =>
    startStack({
      dataDir,
      portBase,
      speed: 60,
      asProcesses: false,
      allowHttpHooks: '127.0.0.1',
      logLevel: 'info',
      report: () => undefined,
      ...options,
    });
  let isRunning = true;
  const test: TestStack = {
    dataDir,
    portBase,
    stack: await start(),
    async start() {
      test.stack = await start();
      isRunning = true;
    },
    async stop() {
      isRunning = false;
      await test.stack.stop();
    },
    async remove() {
      if (isRunning) await test.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  return test;
}

export interface TestTms extends SampleTms {
  events: ReceivedEvent[];
  /** The first event that fits, once it came. */
  hears(
    fits: (event: ReceivedEvent) => boolean,
    options: { what: string; timeoutMs?: number },
  ): Promise<ReceivedEvent>;
}

/** A TMS with the stack's first client; what it hears of one trace comes in order unless told. */
export async function startTestTms(file: StackFile, options: { ordered?: boolean } = {}): Promise<TestTms> {
  const events: ReceivedEvent[] = [];
  const tms = await startSampleTms({
    platform: file,
    port: 0,
    ordered: options.ordered ?? true,
    onEvent: (event) => void events.push(event),
  });
  return {
    ...tms,
    events,
    hears: (fits, wait) => waitFor(() => events.find(fits), wait),
  };
}

export function isAbout(number: string, action = 'TRACE_RESULT') {
  return (event: ReceivedEvent) =>
    event.action === action && (event.payload.containerNumber ?? event.payload.id) === number;
}

/** What providers were asked, without logins. */
export async function requestsFor(
  file: StackFile,
  number: string,
): Promise<{ at: string; boxes: string[] }[]> {
  // The simulator's request log.
  const { requests } = (await askSimulator(file, '/control/requests')) as {
    requests: { at: string; boxes: string[] }[];
  };
  return requests.filter(({ boxes }) => boxes.includes(number));
}
