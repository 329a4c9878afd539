import { setTimeout as pause } from 'node:timers/promises';
import { createClient, type EnvaseClient, type EventAnswer } from '@envase/client';
import type { DeliveryDoc, EventDoc, Tenant } from '@envase/db';
import { newUuid } from '@envase/runtime';
import { type Receiver, startReceiver, waitFor } from '@envase/testing';
import { type Heard, judge } from './judge.ts';
import type { Platform } from './platform.ts';
import type { Schedule, Step } from './schedule.ts';

const maxInFlight = 4;
// Twice the time after which a database connection that died without a word is given up, and some.
const toldWithinMs = 100_000;

interface Listener {
  hookId: string;
  isOrdered: boolean;
  receiver: Receiver;
  /** Indexes of the requests that were answered with 200. */
  taken: Set<number>;
  /** Deliveries that are still to fail, and how. */
  failing: { left: number; how: 'status' | 'drop' };
}

interface Run {
  platform: Platform;
  tenant: Tenant;
  svcId: string;
  envase: EnvaseClient;
  listeners: Listener[];
  boxes: string[];
  publishes: Promise<EventAnswer | null>[];
}

/** Lets a TMS of its own use the platform while the steps happen to it; what it was promised and did not get, line by line. */
export async function runSchedule(platform: Platform, schedule: Schedule): Promise<string[]> {
  const before = platform.faults();
  const listeners: Listener[] = [];
  try {
    const run = await open(platform, listeners);
    publish(run, 1);
    for (const { afterMs, step } of schedule) {
      await pause(afterMs);
      await take(step, run);
    }
    const acknowledged = (await Promise.all(run.publishes)).filter((answer) => answer !== null);
    await platform.calm();
    const traceIds = await untilToldOnce(run, acknowledged);
    await stopTracing(run);
    const { events, hooks } = await untilQuiet(run, traceIds);
    const after = platform.faults();
    const acts = (costs: 'end' | 'flush') =>
      schedule.filter(({ step }) => step.do === 'act' && step.costs === costs).length;
    return judge({
      acknowledged: acknowledged.map(({ id, items }) => ({
        eventId: id,
        traceIds: items.map((item) => item.traceId ?? ''),
      })),
      events: events.map(({ _id, ...event }) => ({ id: _id, ...event })),
      hooks,
      faults: {
        deliveryEnds: after.deliveryEnds - before.deliveryEnds + acts('end'),
        flushes: after.flushes - before.flushes + acts('flush'),
      },
    });
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  } finally {
    await Promise.all(listeners.map(({ receiver }) => receiver.close()));
  }
}

async function open(platform: Platform, listeners: Listener[]): Promise<Run> {
  const { client, connectDataUrl, identityUrl } = platform;
  const svcId = newUuid();
  const envase = createClient({
    connectDataUrl,
    identityUrl,
    clientId: client.id,
    clientSecret: client.secret,
    timeoutMs: 10_000,
  });
  const owner = { orgId: client.orgId, svcId };
  for (const isOrdered of [true, false]) listeners.push(await listen(envase, owner, isOrdered));
  const tenant = { clientId: client.id, grants: [owner] };
  return { platform, tenant, svcId, envase, listeners, boxes: [], publishes: [] };
}

async function listen(
  envase: EnvaseClient,
  owner: { orgId: string; svcId: string },
  isOrdered: boolean,
): Promise<Listener> {
  const failing: Listener['failing'] = { left: 0, how: 'status' };
  const taken = new Set<number>();
  const failed = new Set<string>();
  const receiver = await startReceiver(({ headers }, index) => {
    const id = String(headers['webhook-id']);
    // Each delivery at most once: its second attempt comes after 5 s, its third after 5 minutes.
    if (failing.left > 0 && !failed.has(id)) {
      failing.left -= 1;
      failed.add(id);
      return failing.how === 'drop' ? 'drop' : 503;
    }
    taken.add(index);
    return 200;
  });
  const wish = {
    ...owner,
    url: `${receiver.url}/hook`,
    entityType: 'CONTAINER',
    triggers: ['*', 'TRACE_REQUESTED', 'TRACE_STOP_REQUESTED'],
    ordered: isOrdered,
    maxInFlight,
  };
  // Whoever is to answer may be dead for longer than the client tries; registering again is the same hook.
  const hook = await waitFor(() => envase.webhooks.register(wish), {
    what: 'the hook to be registered',
    timeoutMs: toldWithinMs,
  });
  return { hookId: hook.id, isOrdered, receiver, taken, failing };
}

async function take(step: Step, run: Run): Promise<void> {
  const { platform } = run;
  switch (step.do) {
    case 'publish':
      return publish(run, step.boxes);
    case 'publish again':
      return send(run, run.boxes.slice(-1), 'TRACE_REQUESTED');
    case 'kill':
      return platform.kill(step.program);
    case 'die':
      return platform.doom(step.at);
    case 'flush':
      return platform.flush();
    case 'act':
      await step.act();
      return;
    case 'outage':
      for (const { failing } of run.listeners) Object.assign(failing, { left: step.failures, how: step.how });
  }
}

function publish(run: Run, count: number): void {
  const boxes = Array.from({ length: count }, () => run.platform.nextBox());
  run.boxes.push(...boxes);
  send(run, boxes, 'TRACE_REQUESTED');
}

/** What is not acknowledged within the client's tries promised nothing. */
function send(run: Run, numbers: readonly string[], action: string, idempotencyKey = newUuid()): void {
  const { envase, tenant, publishes } = run;
  const containers = numbers.map((id) => ({ id }));
  const payload = { providerId: 'apm', siteId: 'USLAX', containers };
  const [owner] = tenant.grants;
  const sent = envase.publish({ ...owner, type: 'CONTAINER', action, payload }, { idempotencyKey });
  publishes.push(sent.catch((error: unknown) => (isUnanswered(error) ? null : Promise.reject(error))));
}

function isUnanswered(error: unknown): boolean {
  return !(error instanceof Error && 'status' in error && Number(error.status) < 500);
}

async function untilToldOnce({ listeners }: Run, acknowledged: readonly EventAnswer[]): Promise<string[]> {
  const traceIds = acknowledged.flatMap(({ items }) => items.map(({ traceId }) => traceId ?? ''));
  const missing = () =>
    listeners.flatMap(({ receiver, taken }) => {
      // Our own body.
      const bodies = receiver.requests.filter((_, at) => taken.has(at)).map(({ json }) => json as EventDoc);
      const traces = new Set(
        bodies.filter(({ action }) => action === 'TRACE_RESULT').map(({ traceId }) => traceId),
      );
      return traceIds.filter((traceId) => !traces.has(traceId));
    });
  await waitFor(() => missing().length === 0, {
    what: () => `the first result of ${missing().join(', ')}`,
    timeoutMs: toldWithinMs,
  });
  return [...new Set(traceIds)];
}

/** So that there is an end to what is to be told. */
async function stopTracing(run: Run): Promise<void> {
  if (run.boxes.length === 0) return;
  const key = newUuid();
  const stop = async () => {
    send(run, run.boxes, 'TRACE_STOP_REQUESTED', key);
    return run.publishes.at(-1);
  };
  await waitFor(stop, { what: 'the stop to be taken', timeoutMs: toldWithinMs });
}

interface Quiet {
  events: EventDoc[];
  hooks: Heard[];
}

async function untilQuiet(run: Run, traceIds: readonly string[]): Promise<Quiet> {
  const { repositories } = run.platform;
  const state = { open: 'anything' };
  return waitFor(
    async () => {
      const traces = await repositories.traces.getMany(traceIds);
      const busy = traces.filter(({ tracing, outbox }) => tracing || outbox.length > 0);
      const events = await readLog(run);
      const owing = events.filter(({ todo }) => todo.length > 0);
      const hooks = await Promise.all(run.listeners.map((listener) => readHook(run, listener)));
      const open = hooks.flatMap(({ states }) => states).filter((one) => one !== 'delivered');
      state.open = `${busy.length} traces, ${owing.length} events, ${open.length} deliveries`;
      return busy.length + owing.length + open.length === 0 && { events, hooks };
    },
    { what: () => `an end of ${state.open}`, timeoutMs: toldWithinMs, everyMs: 500 },
  );
}

async function readLog({ platform, tenant }: Run): Promise<EventDoc[]> {
  const { items } = await platform.repositories.events.list(tenant, {}, { limit: 200 });
  return items;
}

async function readHook({ platform, tenant }: Run, listener: Listener): Promise<Heard> {
  const { hookId, isOrdered, receiver, taken } = listener;
  const page = { limit: 200 };
  const { items } = await platform.repositories.deliveries.list(tenant, hookId, undefined, page);
  const accepted = receiver.requests
    .filter((_, at) => taken.has(at))
    .map(({ json }) => {
      const { id, traceId, sequence } = json as {
        id: string;
        traceId: string | null;
        sequence: number | null;
      }; // our own body
      return { id, traceId: traceId ?? null, sequence: sequence ?? null };
    });
  const hook = isOrdered ? 'the ordered hook' : 'the other hook';
  return { hook, isOrdered, maxInFlight, accepted, states: items.map(({ state }: DeliveryDoc) => state) };
}
