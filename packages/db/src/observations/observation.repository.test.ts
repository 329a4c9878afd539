import { newUuid } from '@envase/runtime';
import { createConnection } from 'mongoose';
import { describe, expect, it } from 'vitest';
import { at, observation } from '../../test/documents.ts';
import { useDatabase } from '../../test/open-database.ts';
import { readAllPages } from '../../test/read-all-pages.ts';
import type { FailureReport } from '../documents.ts';
import type { ObservationRepository } from '../repositories.ts';
import { createObservationRepository } from './observation.repository.ts';

const db = useDatabase();
const observations = () => db().repositories.observations;
const newTrace = () => `h${newUuid()}`;
const all = (traceId: string) => observations().findUnsettled(traceId, null);

function failure(changes: Partial<FailureReport> = {}): FailureReport {
  return { code: 'provider_timeout', message: 'no answer', retryAt: at(9), tell: null, ...changes };
}

/** The commands that reach the server. */
async function commandsOf(act: (repository: ObservationRepository) => Promise<unknown>): Promise<string[]> {
  const { host, port, name } = db().connection;
  const watched = await createConnection(`mongodb://${host}:${port}/${name}`, {
    monitorCommands: true,
    autoIndex: false,
    autoCreate: false,
  }).asPromise();
  const commands: string[] = [];
  watched.getClient().on('commandStarted', ({ commandName }) => commands.push(commandName));
  await act(createObservationRepository(watched));
  await watched.close();
  return commands.filter((command) => command !== 'endSessions').sort();
}

describe('recording', () => {
  it('gives back what it stored, bytes as bytes', async () => {
    const traceId = newTrace();
    const seen = observation(traceId, { raw: new Uint8Array([0, 255, 7]) });
    await observations().record([seen]);
    const [stored] = await all(traceId);
    expect(stored).toEqual({ ...seen, raw: expect.any(Uint8Array) });
    expect([...(stored?.raw ?? [])]).toEqual([0, 255, 7]);
    const { items } = await observations().list(traceId, { limit: 1 });
    expect(items[0]?.raw).toBeInstanceOf(Uint8Array);
  });

  it('counts the same answer again instead of adding it', async () => {
    const traceId = newTrace();
    const first = observation(traceId);
    await observations().record([first]);
    await observations().record([observation(traceId, { lastAt: at(60), forceSeq: 3 })]);
    await observations().record([observation(traceId, { lastAt: at(30), forceSeq: 2 })]);
    const [stored, ...more] = await all(traceId);
    expect(more).toEqual([]);
    expect(stored).toMatchObject({
      _id: first._id,
      observedAt: at(0),
      lastAt: at(60),
      times: 3,
      forceSeq: 3,
    });
  });

  it('adds what changed, also what was there before', async () => {
    const traceId = newTrace();
    for (const hash of ['a', 'b', 'a', 'a']) await observations().record([observation(traceId, { hash })]);
    const stored = await all(traceId);
    expect(stored.map(({ hash, times }) => [hash, times])).toEqual([
      ['a', 1],
      ['b', 1],
      ['a', 2],
    ]);
  });

  it('moves the retry of a failure that goes on, and stores apart what is to be told', async () => {
    const traceId = newTrace();
    const fail = (changes: Partial<FailureReport>) =>
      observation(traceId, { kind: 'failure', raw: null, failure: failure(changes) });
    const tell = { count: 1, ids: ['MSCU1'] };
    await observations().record([fail({ tell })]);
    await observations().record([fail({ retryAt: at(20) })]);
    await observations().record([fail({ retryAt: at(30) })]);
    await observations().record([fail({ tell, retryAt: at(40) })]);
    const stored = await all(traceId);
    expect(stored.map(({ failure: told, times }) => [told?.tell, told?.retryAt, times])).toEqual([
      [tell, at(9), 1],
      [null, at(30), 2],
      [tell, at(40), 1],
    ]);
  });

  it('records the same batch again without counting what it added', async () => {
    const batch = [observation(newTrace()), observation(newTrace())];
    await observations().record(batch);
    await observations().record(batch);
    for (const { traceId } of batch) expect((await all(traceId)).map(({ times }) => times)).toEqual([1]);
  });

  it('adds each observation once when a batch is recorded by several at once', async () => {
    const batch = Array.from({ length: 10 }, () => observation(newTrace()));
    await Promise.all(Array.from({ length: 5 }, () => observations().record(batch)));
    for (const { traceId } of batch) expect(await all(traceId)).toHaveLength(1);
  });

  it('takes a batch of 50 traces, new and known, in three commands', async () => {
    const known = Array.from({ length: 25 }, () => observation(newTrace()));
    await observations().record(known);
    const again = known.map(({ traceId }) => observation(traceId, { lastAt: at(5) }));
    const fresh = Array.from({ length: 25 }, () => observation(newTrace()));
    const commands = await commandsOf((repository) => repository.record([...again, ...fresh]));
    expect(commands).toEqual(['aggregate', 'insert', 'update']);
    const newest = await observations().newest([...again, ...fresh].map(({ traceId }) => traceId));
    expect([...newest.values()].map(({ times }) => times).sort()).toEqual([
      ...fresh.map(() => 1),
      ...again.map(() => 2),
    ]);
  });

  it('refuses an observation that does not name its trace', async () => {
    const odd = observation(newTrace(), { traceId: 'other' });
    await expect(observations().record([odd])).rejects.toThrow('names its trace');
    await observations().record([]);
  });
});

describe('what is not settled', () => {
  it('is everything after the marker, and the marked one when it was seen again', async () => {
    const traceId = newTrace();
    const rows = ['a', 'b', 'c'].map((hash) => observation(traceId, { hash }));
    for (const row of rows) await observations().record([row]);
    await observations().record([observation(traceId, { hash: 'c' })]);
    const after = async (index: number, times: number) => {
      const unsettled = await observations().findUnsettled(traceId, {
        observationId: rows[index]?._id ?? '',
        times,
      });
      return unsettled.map(({ hash }) => hash);
    };
    expect((await all(traceId)).map(({ hash }) => hash)).toEqual(['a', 'b', 'c']);
    expect(await after(0, 1)).toEqual(['b', 'c']);
    expect(await after(2, 1)).toEqual(['c']);
    expect(await after(2, 2)).toEqual([]);
    expect(await all(newTrace())).toEqual([]);
  });

  it('does not reach into a trace whose id begins alike', async () => {
    const traceId = newTrace();
    await observations().record([observation(traceId), observation(`${traceId}0`)]);
    expect(await all(traceId)).toHaveLength(1);
    expect((await observations().list(traceId, { limit: 9 })).items).toHaveLength(1);
  });
});

it('answers the newest of many traces', async () => {
  const [one, two, none] = [newTrace(), newTrace(), newTrace()] as const;
  await observations().record([observation(one), observation(two)]);
  const last = observation(two, { hash: 'b', forceSeq: 4, lastAt: at(7) });
  await observations().record([last]);
  const newest = await observations().newest([one, two, none, two]);
  expect(newest.size).toBe(2);
  expect(newest.get(two)).toMatchObject({ _id: last._id, times: 1, forceSeq: 4, lastAt: at(7) });
  expect(await observations().newest([])).toEqual(new Map());
});

it('lists newest first, whole and without repeats while observations are added', async () => {
  const traceId = newTrace();
  const rows = Array.from({ length: 7 }, (_, index) => observation(traceId, { hash: `${index}` }));
  for (const row of rows) await observations().record([row]);
  let added = 0;
  const between = () => {
    added += 1;
    return observations().record([observation(traceId, { hash: `new ${added}` })]);
  };
  const read = await readAllPages((page) => observations().list(traceId, page), { limit: 2, between });
  expect(read.map(({ hash }) => hash)).toEqual(['6', '5', '4', '3', '2', '1', '0']);
  const { nextCursor } = await observations().list(traceId, { limit: 1 });
  await expect(observations().list(newTrace(), { limit: 1, cursor: nextCursor ?? '' })).rejects.toMatchObject(
    { code: 'invalid_request' },
  );
});
