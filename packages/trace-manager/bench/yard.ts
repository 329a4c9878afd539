import { findProvider, type ProviderManifest } from '@envase/providers';
import { createLaneWorker, type LaneWorker, type Pump, traceQueue } from '@envase/queues';
import { newEventId } from '@envase/runtime';
import { noteProgress, waitFor } from '@envase/testing';
import { createTracePump } from '../src/pumps.ts';
import { buildAnswer, discharged } from '../test/build.ts';
import { type Manager, openManager } from '../test/open-manager.ts';
import { wire } from '../test/parts.ts';
import { buildPublish } from '../test/publishes.ts';
import { buildAtRest } from './at-rest.ts';

export const duePerTick = 50;
const hourMs = 3_600_000;

/** So many containers at rest, and the steps that their number must not slow down. Each step resolves with its milliseconds. */
export interface Yard {
  manager: Manager;
  steps: Record<'plan' | 'force' | 'pump', (n: number) => Promise<number>>;
  close(): Promise<void>;
}

export async function openYard(redisUrl: string, size: number): Promise<Yard> {
  const manager = await openManager({ redisUrl });
  await fill(manager, size);
  const worker = workOff(manager);
  const pump = openPump(manager);
  return {
    manager,
    steps: createSteps(manager, pump, size),
    async close() {
      await pump.close();
      await worker.close();
      await manager.close();
    },
  };
}

async function fill(manager: Manager, size: number): Promise<void> {
  const { traces } = manager.program.db.repositories;
  const now = Date.now();
  const each = 1_000;
  for (let from = 0; from < size; from += each) {
    const rows = Array.from({ length: Math.min(each, size - from) }, (_, n) => buildAtRest(from + n, now));
    await traces.swap(rows.map((trace) => ({ expectedRev: null, trace })));
    const done = from + rows.length;
    if (done % 5_000 === 0 || done === size) noteProgress(`  ${done} of ${size} containers stored`);
  }
}

/** Stands for a tracer that ends every run at once. */
function workOff({ program }: Manager): LaneWorker {
  const { workerRedis: redis, prefix, gate, logger } = program;
  const settings = { redis, prefix, gate, logger, concurrency: 50 };
  const worker = createLaneWorker(traceQueue('apm'), { 'trace.run': async () => undefined }, settings);
  worker.run();
  return worker;
}

/** Of the provider that all of them are traced at. */
export function openPump({ program, clock, askable, readPaused }: Manager): Pump {
  return createTracePump(program, { clock, askable, readPaused, manifest: apmManifest() });
}

export function apmManifest(): ProviderManifest {
  const manifest = findProvider('apm')?.manifest;
  if (!manifest) throw new Error('apm is not in the catalogue');
  return manifest;
}

function createSteps(manager: Manager, pump: Pump, size: number): Yard['steps'] {
  const { program } = manager;
  const { traces, events, observations } = program.db.repositories;
  const { apply, settle } = wire(manager);
  // Far apart, and another one each time.
  const pick = (n: number, at: number) => buildAtRest((n * 7_919 + at) % size, 0);
  const idle = async () => {
    const { waiting, prioritized, active } = await program.producer.counts(traceQueue('apm'));
    return waiting + prioritized + active === 0;
  };
  /** Planned anew as it is: what a step has made due would be due for the next sample too. */
  const planFor = async (ids: readonly string[], nextTraceAt: Date) => {
    const found = await traces.getMany(ids);
    const planned = found.map((trace) => ({ ...trace, rev: trace.rev + 1, queuedUntil: null, nextTraceAt }));
    const lost = await traces.swap(planned.map((trace) => ({ expectedRev: trace.rev - 1, trace })));
    if (lost.length > 0) throw new Error(`${lost.length} traces were changed meanwhile`);
  };
  const later = () => new Date(Date.now() + hourMs);
  return {
    async plan(n) {
      const trace = await manager.trace(pick(n, 0)._id);
      await observations.record([buildAnswer(trace, { ...discharged, lot: `row ${n}` }, Date.now())]);
      return time(() => settle({ traceId: trace._id }));
    },
    async force(n) {
      const { _id: traceId, orgId, number } = pick(n, 1);
      const event = { ...buildPublish([{ number, traceId }], { now: Date.now() }), orgId, _id: newEventId() };
      await events.insertPublished(event);
      const ms = await time(() => apply({ eventId: event._id }));
      await planFor([traceId], later());
      return ms;
    },
    async pump(n) {
      await waitFor(idle, { what: 'an empty queue', timeoutMs: 60_000 });
      const ids = Array.from({ length: duePerTick }, (_, at) => pick(n * duePerTick + at, 2)._id);
      await planFor(ids, new Date());
      const ms = await time(() => pump.tick());
      await planFor(ids, later());
      return ms;
    },
  };
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
