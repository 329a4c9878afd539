import { describe, expect, it } from 'vitest';
import { at, delivery, event, observation, tenant, trace, webhook } from '../test/documents.ts';
import { useDatabase } from '../test/open-database.ts';

const db = useDatabase();

// Quality S6: what a request could smuggle in where a text is expected.
const smuggled: [string, unknown][] = [
  ['$ne', { $ne: null }],
  ['$gt', { $gt: '' }],
  ['$in', { $in: ['org-1', 'svc-1'] }],
  ['$regex', { $regex: '.*' }],
  ['$where', { $where: 'true' }],
  ['a regular expression', /.*/],
  ['a list', ['org-1']],
  ['null', null],
  ['undefined', undefined],
  ['an empty text', ''],
  ['a number', 1],
  ['true', true],
  ['a text object', new String('org-1')],
  ['a prototype', JSON.parse('{"__proto__":{"$ne":1}}')],
];

const replay = { replayId: 'r', since: at(0), failedOnly: false, now: at(0), limit: 5 };
const claim = { id: 'i', bodyHash: 'b', owner: 'o', now: at(0), leaseUntil: at(1), expiresAt: at(1) };

/** Every parameter that becomes a condition, of every method. */
function callsWith(value: unknown): [string, () => Promise<unknown>][] {
  // What a caller could hand over in spite of the types.
  const bad = value as string & Date & number;
  const {
    events,
    webhooks,
    deliveries,
    traces,
    observations,
    providerStates,
    clients,
    signingKeys,
    revocations,
    idempotency,
    audit,
    pauses,
  } = db().repositories;
  const who = tenant(['org-1', 'svc-1']);
  const page = { limit: 5 };
  const isOptional = value === undefined;
  const calls: [string, () => Promise<unknown>][] = [
    ['events.get', () => events.get(bad)],
    ['events.getMany', () => events.getMany([bad])],
    ['events.find', () => events.find(who, bad)],
    ['events.findTold', () => events.findTold(who, bad, at(0))],
    ['events.findTold until', () => events.findTold(who, 't', bad)],
    ['events.listHistory', () => events.listHistory(who, bad, page)],
    ['events.findOwing', () => events.findOwing(bad as unknown as 'hooks', at(0), 1)],
    ['events.findOwing now', () => events.findOwing('hooks', bad, 1)],
    ['events.settleOwed', () => events.settleOwed(bad, 'hooks')],
    ['events.postpone', () => events.postpone([bad], at(0))],
    ['events.owesHooksBelow', () => events.owesHooksBelow(bad, 1)],
    ['events.insertPublished', () => events.insertPublished(event({ _id: bad }))],
    ['events.insertPublished key', () => events.insertPublished(event({ idem: { id: bad, bodyHash: 'x' } }))],
    ['events.insertResults', () => events.insertResults([event({ _id: bad })])],
    ['webhooks.get', () => webhooks.get(bad)],
    ['webhooks.find', () => webhooks.find(who, bad)],
    ['webhooks.update', () => webhooks.update(who, bad, { description: 'x' })],
    ['webhooks.remove', () => webhooks.remove(who, bad)],
    ['webhooks.findListening', () => webhooks.findListening(bad, 'svc-1')],
    ['webhooks.findListening service', () => webhooks.findListening('org-1', bad)],
    ['webhooks.recordHealth', () => webhooks.recordHealth(bad, { status: 'failing' })],
    ['webhooks.insertOrFind', () => webhooks.insertOrFind(webhook({ registration: bad }))],
    ['deliveries.find', () => deliveries.find(who, bad)],
    ['deliveries.findDue', () => deliveries.findDue(bad, at(0), 1)],
    ['deliveries.findDue now', () => deliveries.findDue('h', bad, 1)],
    ['deliveries.postpone', () => deliveries.postpone(bad, at(0), at(0))],
    ['deliveries.defer', () => deliveries.defer([bad], at(0))],
    ['deliveries.findOpenBelow', () => deliveries.findOpenBelow(bad, 't', 1)],
    ['deliveries.findOpenBelow trace', () => deliveries.findOpenBelow('h', bad, 1)],
    ['deliveries.cancelOpen', () => deliveries.cancelOpen(bad)],
    ['deliveries.counts', () => deliveries.counts(bad)],
    ['deliveries.list', () => deliveries.list(who, bad, undefined, page)],
    ['deliveries.insertMissing', () => deliveries.insertMissing([delivery({ _id: bad } as object)])],
    ['deliveries.record', () => deliveries.record([recorded(bad)])],
    ['traces.get', () => traces.get(bad)],
    ['traces.getMany', () => traces.getMany([bad])],
    ['traces.find', () => traces.find(who, bad)],
    ['traces.findActiveByNumbers', () => traces.findActiveByNumbers(bad, 'svc-1', ['n'])],
    ['traces.findActiveByNumbers service', () => traces.findActiveByNumbers('org-1', bad, ['n'])],
    ['traces.findActiveByNumbers number', () => traces.findActiveByNumbers('org-1', 'svc-1', [bad])],
    ['traces.swap', () => traces.swap([{ expectedRev: 1, trace: trace({ _id: bad }) }])],
    ['traces.clearOutbox', () => traces.clearOutbox(bad, ['x'])],
    ['traces.clearOutbox event', () => traces.clearOutbox('x', [bad])],
    ['traces.findTraced', () => traces.findTraced(bad, { after: null, since: at(0), until: at(1) }, 1)],
    ['traces.findTraced since', () => traces.findTraced('v', { after: null, since: bad, until: at(1) }, 1)],
    ['traces.findTraced until', () => traces.findTraced('v', { after: null, since: at(0), until: bad }, 1)],
    ['traces.findDue', () => traces.findDue(bad, at(0), { limit: 1 })],
    ['traces.findDue without', () => traces.findDue('v', at(0), { limit: 1, withoutOrgIds: [bad] })],
    ['traces.release', () => traces.release([bad])],
    ['traces.lease', () => traces.lease([bad], at(0), at(0))],
    ['traces.countOverdue', () => traces.countOverdue(bad)],
    ['traces.findWithOutbox', () => traces.findWithOutbox(bad, 1)],
    ['observations.findUnsettled', () => observations.findUnsettled(bad, null)],
    [
      'observations.findUnsettled marker',
      () => observations.findUnsettled('t', { observationId: bad, times: 1 }),
    ],
    ['observations.newest', () => observations.newest([bad])],
    [
      'observations.findBetween',
      () => observations.findBetween(bad, { after: null, from: at(0), until: at(1) }, 5),
    ],
    [
      'observations.findBetween from',
      () => observations.findBetween('t', { after: null, from: bad, until: at(1) }, 5),
    ],
    ['observations.list', () => observations.list(bad, page)],
    ['observations.record', () => observations.record([observation('t', { traceId: bad })])],
    ['pauses.remove', () => pauses.remove(bad)],
    ['providerStates.get', () => providerStates.get(bad)],
    ['providerStates.getMany', () => providerStates.getMany([bad])],
    ['providerStates.swap', () => providerStates.swap(1, { _id: bad, rev: 1 })],
    ['clients.find', () => clients.find(bad)],
    ['signingKeys.activate', () => signingKeys.activate(bad, at(0))],
    ['signingKeys.reseal', () => signingKeys.reseal('k', bad, 'x')],
    ['signingKeys.remove', () => signingKeys.remove(bad)],
    ['revocations.has', () => revocations.has(bad)],
    ['deliveries.listAfter', () => deliveries.listAfter(who, bad, page)],
    ['deliveries.resend', () => deliveries.resend(who, bad, at(0))],
    ['deliveries.resend now', () => deliveries.resend(who, 'x', bad)],
    ['deliveries.replay', () => deliveries.replay(bad, replay)],
    ['deliveries.replay id', () => deliveries.replay('h', { ...replay, replayId: bad })],
    ['deliveries.replay since', () => deliveries.replay('h', { ...replay, since: bad })],
    ['deliveries.replay now', () => deliveries.replay('h', { ...replay, now: bad })],
    ['idempotency.begin', () => idempotency.begin({ ...claim, id: bad })],
    ['idempotency.begin body', () => idempotency.begin({ ...claim, bodyHash: bad })],
    ['idempotency.begin now', () => idempotency.begin({ ...claim, now: bad })],
    ['idempotency.renew', () => idempotency.renew(bad, 'o', at(0))],
    ['idempotency.renew owner', () => idempotency.renew('i', bad, at(0))],
    ['idempotency.finish', () => idempotency.finish(bad, 'o', 'a')],
    ['idempotency.finish answer', () => idempotency.finish('i', 'o', bad)],
    ['idempotency.release', () => idempotency.release(bad, 'o')],
    ['idempotency.release owner', () => idempotency.release('i', bad)],
    ['audit.close', () => audit.close({ chain: 'c', callId: bad })],
    ['audit.close chain', () => audit.close({ chain: bad, callId: 'c' })],
    ['audit.findOpen', () => audit.findOpen(bad, 1)],
    ['audit.head', () => audit.head(bad)],
    ['audit.forEachRow', () => audit.forEachRow(bad, () => undefined)],
  ];
  if (isOptional) return calls;
  const optional: [string, () => Promise<unknown>][] = [
    ...(['type', 'action', 'orgId', 'svcId', 'id', 'traceId', 'since', 'until'] as const).map(
      (name): [string, () => Promise<unknown>] => [
        `events.list ${name}`,
        () => events.list(who, { [name]: bad }, page),
      ],
    ),
    ...(['status', 'providerId', 'number', 'overdueBefore'] as const).map(
      (name): [string, () => Promise<unknown>] => [
        `traces.list ${name}`,
        () => traces.list(who, { [name]: bad }, page),
      ],
    ),
    ['deliveries.replay until', () => deliveries.replay('h', { ...replay, until: bad })],
    ['deliveries.replay after', () => deliveries.replay('h', { ...replay, after: bad })],
    ['deliveries.list state', () => deliveries.list(who, 'h', bad as 'dead', page)],
    ['traces.clearLeases', () => traces.clearLeases(bad)],
  ];
  return [...calls, ...optional];
}

function recorded(id: string) {
  const attempt = { at: at(0), status: 200, durationMs: 1, error: null, answer: null };
  return { id, attemptCount: 0, state: 'delivered' as const, dueAt: null, attempt };
}

describe.each(smuggled)('%s in place of a text or a time', (_, value) => {
  it('throws in every method and matches nothing', async () => {
    const accepted: string[] = [];
    for (const [name, call] of callsWith(value)) {
      try {
        await call();
        accepted.push(name);
      } catch (error) {
        expect(error, name).toBeInstanceOf(TypeError);
      }
    }
    expect(accepted).toEqual([]);
    expect(Object.getPrototypeOf({})).not.toHaveProperty('$ne');
  });
});

it.each([0, -1, 1.5, Number.NaN, '5', { $gt: 0 }, null])(
  'takes no limit of %j, which could mean all',
  async (limit) => {
    const bad = limit as number; // in spite of the types
    const { events, traces, deliveries, observations, clients, webhooks, audit } = db().repositories;
    const who = tenant(['org-1', 'svc-1']);
    for (const call of [
      () => events.list(who, {}, { limit: bad }),
      () => events.findOwing('hooks', at(0), bad),
      () => traces.list(who, {}, { limit: bad }),
      () => traces.findDue('apm', at(0), { limit: bad }),
      () => traces.findWithOutbox(at(0), bad),
      () => deliveries.findDue('h', at(0), bad),
      () => deliveries.hooksWithDue(at(0), bad),
      () => deliveries.list(who, 'h', undefined, { limit: bad }),
      () => observations.list('t', { limit: bad }),
      () => clients.list({ limit: bad }),
      () => webhooks.list(who, { limit: bad }),
      () => deliveries.listAfter(who, 'h', { limit: bad }),
      () => deliveries.replay('h', { ...replay, limit: bad }),
      () => audit.findOpen(at(0), bad),
    ]) {
      await expect(call()).rejects.toThrow(TypeError);
    }
  },
);

it('keeps texts that look like operators as the texts they are', async () => {
  const { events, traces } = db().repositories;
  const odd = event({ orgId: '$ne', svcId: '{"$gt":""}', type: '$where' });
  await events.insertPublished(odd);
  const who = tenant(['$ne', '{"$gt":""}']);
  expect((await events.list(who, { type: '$where' }, { limit: 9 })).items).toEqual([odd]);
  const named = trace({ number: '$nextTraceAt', outbox: [event({ _id: '$rev' })] });
  await traces.swap([{ expectedRev: null, trace: named }]);
  await traces.clearOutbox(named._id, ['$seq']);
  expect(await traces.get(named._id)).toEqual(named);
  await traces.clearOutbox(named._id, ['$rev']);
  expect((await traces.get(named._id))?.outbox).toEqual([]);
});
