import { newEventId, newUuid } from '@envase/runtime';
import { describe, expect, it } from 'vitest';
import { at, delivery, START, tenant } from '../../test/documents.ts';
import { useDatabase } from '../../test/open-database.ts';
import type { DeliveryAttempt, DeliveryDoc, DeliveryResult, ReplayRequest } from './delivery-documents.ts';

const db = useDatabase();
const deliveries = () => db().repositories.deliveries;
const owner = tenant(['org-1', 'svc-1']);
let hooks = 0;

function newHook(): string {
  hooks += 1;
  return `resent-${hooks}`;
}

const attempt: DeliveryAttempt = { at: at(1), status: 500, durationMs: 3, error: null, answer: 'no' };

async function add(changes: Partial<DeliveryDoc> = {}): Promise<DeliveryDoc> {
  const row = delivery({ webhookId: newHook(), ...changes });
  await deliveries().insertMissing([row]);
  return row;
}

function result(row: DeliveryDoc, changes: Partial<DeliveryResult> = {}): DeliveryResult {
  const { _id: id, attemptCount } = row;
  return { id, attemptCount, state: 'dead', dueAt: null, attempt, ...changes };
}

async function end(row: DeliveryDoc, state: 'dead' | 'delivered'): Promise<DeliveryDoc> {
  await deliveries().record([result(row, { state })]);
  return read(row);
}

async function read({ _id }: DeliveryDoc): Promise<DeliveryDoc> {
  const row = await deliveries().find(owner, _id);
  if (row === null) throw new Error('The delivery is gone');
  return row;
}

const raw = ({ _id }: DeliveryDoc) =>
  db().connection.collection<{ _id: string }>('deliveries').findOne({ _id });

describe('resending', () => {
  it.each(['dead', 'delivered'] as const)('sends a %s one anew, in a round of its own', async (state) => {
    const row = await add({ traceId: 't', sequence: 4 });
    const ended = await end(row, state);
    const resent = await deliveries().resend(owner, row._id, at(100));
    const ring = { state, attemptCount: 1, lastAttempt: attempt, resentAt: at(100), replayId: null };
    expect(resent).toEqual({
      outcome: 'reopened',
      delivery: { ...row, state: 'pending', dueAt: at(100), round: 1, rounds: [ring] },
    });
    expect(ended.state).toBe(state);
    expect(await deliveries().findDue(row.webhookId, at(100), 5)).toEqual([resent?.delivery]);
    // Order and retention know of it as of any open one.
    expect(await deliveries().findOpenBelow(row.webhookId, 't', 5)).toMatchObject({ _id: row._id });
    expect(await raw(row)).not.toHaveProperty('endedAt');
  });

  it('counts attempts from the start, and rounds', async () => {
    const row = await add();
    await end(row, 'dead');
    for (let round = 1; round <= 3; round += 1) {
      await deliveries().resend(owner, row._id, at(round));
      const open = await read(row);
      expect([open.round, open.attemptCount, open.attempts]).toEqual([round, 0, []]);
      await deliveries().record([result(open, { round, state: 'delivered' })]);
    }
    const { rounds, state, deliveredAt } = await read(row);
    expect(rounds?.map((one) => one.state)).toEqual(['dead', 'delivered', 'delivered']);
    expect([state, deliveredAt]).toEqual(['delivered', at(1)]);
  });

  it('has one of 20 at once open the round', async () => {
    const row = await add();
    await end(row, 'dead');
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => deliveries().resend(owner, row._id, at(5))),
    );
    expect(answers.filter((answer) => answer?.outcome === 'reopened')).toHaveLength(1);
    expect(answers.every((answer) => answer?.delivery.round === 1)).toBe(true);
  });

  it('takes no result of the round before for one of this', async () => {
    const row = await add();
    await end(row, 'delivered');
    await deliveries().resend(owner, row._id, at(5));
    const late = result(row, { state: 'delivered', round: 0 });
    expect(await deliveries().record([late])).toBe(0);
    expect(await deliveries().record([{ ...late, round: 1 }])).toBe(1);
    const first = await add();
    expect(await deliveries().record([result(first, { round: 1 })])).toBe(0);
    expect(await deliveries().record([result(first, { round: 0 })])).toBe(1);
  });

  it('makes one that is still open due at once, in the same round', async () => {
    const row = await add();
    await deliveries().record([result(row, { state: 'retrying', dueAt: at(9e6) })]);
    const resent = await deliveries().resend(owner, row._id, at(7));
    expect(resent).toMatchObject({ outcome: 'hastened', delivery: { state: 'retrying', dueAt: at(7) } });
    expect(resent?.delivery).toMatchObject({ attemptCount: 1 });
    expect(resent?.delivery).not.toHaveProperty('round');
  });

  it('leaves one that waits to be pulled as it is, and a cancelled one cancelled', async () => {
    const { dueAt: _, ...waiting } = delivery({ webhookId: newHook() });
    await deliveries().insertMissing([waiting]);
    expect(await deliveries().resend(owner, waiting._id, at(7))).toEqual({
      outcome: 'hastened',
      delivery: waiting,
    });
    const row = await add();
    await deliveries().cancelOpen(row.webhookId);
    const cancelled = await read(row);
    expect(await deliveries().resend(owner, row._id, at(7))).toEqual({
      outcome: 'cancelled',
      delivery: cancelled,
    });
    expect(await read(row)).toEqual(cancelled);
  });

  it('knows no foreign delivery', async () => {
    const row = await end(await add(), 'dead');
    for (const who of [tenant(['org-1', 'svc-2']), tenant(['org-2', '*'])]) {
      expect(await deliveries().resend(who, row._id, at(7))).toBeNull();
    }
    const other = { ...owner, clientId: 'client-2' };
    expect(await deliveries().resend(other, row._id, at(7))).toBeNull();
    expect(await read(row)).toEqual(row);
  });
});

describe('replaying', () => {
  /** Deliveries of events one minute apart, in these states. */
  async function addStory(states: DeliveryDoc['state'][]) {
    const webhookId = newHook();
    const rows = states.map((state, minute) =>
      delivery({ webhookId, state, eventId: newEventId(START + minute * 60_000), attemptCount: 3 }),
    );
    await deliveries().insertMissing(rows);
    const reopened = async () =>
      (await Promise.all(rows.map(read)))
        .map((row, minute) => (row.round ? minute : -1))
        .filter((n) => n >= 0);
    return { webhookId, rows, reopened };
  }

  const request = (changes: Partial<ReplayRequest> = {}): ReplayRequest => ({
    replayId: newUuid(),
    since: at(0),
    failedOnly: false,
    now: at(1e7),
    limit: 100,
    ...changes,
  });

  it('reopens what was delivered or is dead, of events from since on and before until', async () => {
    const { webhookId, rows, reopened } = await addStory(['dead', 'delivered', 'dead', 'delivered', 'dead']);
    const within = request({ since: at(60_000), until: at(240_000) });
    expect(await deliveries().replay(webhookId, within)).toEqual({ resent: 3, next: null });
    expect(await reopened()).toEqual([1, 2, 3]);
    const [, second] = rows;
    expect(second && (await read(second))).toMatchObject({
      state: 'pending',
      dueAt: at(1e7),
      attemptCount: 0,
      rounds: [{ state: 'delivered', attemptCount: 3, lastAttempt: null, replayId: within.replayId }],
    });
  });

  it('reopens dead ones only where that is asked for, and never what is open, cancelled or of another hook', async () => {
    const states = ['dead', 'delivered', 'pending', 'retrying', 'cancelled', 'dead'] as const;
    const [one, other] = [await addStory([...states]), await addStory(['dead'])];
    const { resent } = await deliveries().replay(one.webhookId, request({ failedOnly: true }));
    expect([resent, await one.reopened(), await other.reopened()]).toEqual([2, [0, 5], []]);
    expect((await deliveries().replay(one.webhookId, request())).resent).toBe(1);
    expect(await one.reopened()).toEqual([0, 1, 5]);
  });

  it('looks at no more than limit in a call, and goes on from there', async () => {
    const { webhookId, reopened } = await addStory(Array.from({ length: 7 }, () => 'dead' as const));
    const asked = request({ limit: 3 });
    const steps: number[] = [];
    let after: string | undefined;
    do {
      const { resent, next } = await deliveries().replay(webhookId, { ...asked, after });
      steps.push(resent);
      after = next ?? undefined;
      expect(await reopened()).toHaveLength(steps.reduce((sum, count) => sum + count));
    } while (after !== undefined);
    expect(steps).toEqual([3, 3, 1]);
  });

  it('sends nothing twice where a call is made again after a crash, even what was delivered meanwhile', async () => {
    const { webhookId, rows } = await addStory(['dead', 'delivered', 'dead']);
    const asked = request({ limit: 3 });
    await deliveries().replay(webhookId, asked);
    const [first] = rows;
    if (first) await deliveries().record([result({ ...first, attemptCount: 0 }, { state: 'delivered' })]);
    expect((await deliveries().replay(webhookId, asked)).resent).toBe(0);
    expect((await deliveries().replay(webhookId, request())).resent).toBe(1);
  });

  it('reopens each once by ten at once', async () => {
    const { webhookId, rows } = await addStory(Array.from({ length: 12 }, () => 'dead' as const));
    const asked = request();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => deliveries().replay(webhookId, asked)),
    );
    expect(answers.reduce((sum, { resent }) => sum + resent, 0)).toBe(12);
    for (const row of rows) expect((await read(row)).round).toBe(1);
  });
});
