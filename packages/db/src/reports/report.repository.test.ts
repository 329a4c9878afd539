import { newEventId } from '@envase/runtime';
import { expect, it } from 'vitest';
import { at, delivery, event, tenant, trace, webhook } from '../../test/documents.ts';
import { useDatabase } from '../../test/open-database.ts';
import type { DeliveryDoc, ReportScope } from '../index.ts';

const database = useDatabase();
const own = tenant(['org-1', 'svc-1']);
const day = { since: at(0), until: at(86_400_000) };

async function listTold(who: ReportScope): Promise<string[]> {
  const seen: string[] = [];
  await database().repositories.reports.eachTold(
    who,
    { ...day, actions: ['TRACE_RESULT'] },
    ({ _id }) => void seen.push(_id),
  );
  return seen;
}

it('visits what the platform told in the span, oldest first, and only what is granted', async () => {
  const told = (ms: number, changes: object = {}) =>
    event({ clientId: null, action: 'TRACE_RESULT', payload: {}, createdAt: at(ms), todo: [], ...changes });
  const [first, second] = [told(1_000), told(2_000)];
  const others = [
    told(3_000, { action: 'TRACE_STOPPED' }),
    told(3_000, { isTest: true }),
    // A client may publish under the same name.
    told(3_000, { clientId: 'client-1', payload: '{}' }),
    told(86_400_000),
    told(-1),
  ];
  const foreign = [told(4_000, { orgId: 'org-2' }), told(5_000, { svcId: 'svc-2' })];
  await database().repositories.events.insertResults([second, first, ...others, ...foreign]);
  expect(await listTold(own)).toEqual([first._id, second._id]);
  expect(await listTold('platform')).toEqual([first, second, ...foreign].map(({ _id }) => _id));
  await expect(listTold({ clientId: 'client-1', grants: [] })).rejects.toMatchObject({ code: 'forbidden' });
});

it('visits deliveries by the time of their events, at a place if one is asked for', async () => {
  const { deliveries, reports, traces, webhooks } = database().repositories;
  const hooks = [webhook(), webhook({ isTest: true }), webhook({ clientId: 'client-2' })];
  for (const hook of hooks) await webhooks.insertOrFind(hook);
  const [hook] = hooks;
  const webhookId = String(hook?._id);
  expect(await reports.listHooks(own)).toEqual([webhookId]);
  expect(await reports.listHooks('platform')).toHaveLength(2);
  const traced = trace({ siteId: 'USLAX' });
  await traces.swap([{ expectedRev: null, trace: traced }]);
  const to = (ms: number, changes: Partial<DeliveryDoc> = {}) =>
    delivery({ webhookId, eventId: newEventId(at(ms).getTime()), ...changes });
  const rows = [
    to(0, { traceId: traced._id }),
    to(86_399_999, { createdAt: at(90_000_000), state: 'delivered' }),
    to(86_400_000),
    to(5, { orgId: 'org-2' }),
  ];
  await deliveries.insertMissing(rows);
  const list = async (place: object) => {
    const seen: string[] = [];
    const request = { ...day, webhookIds: [webhookId], ...place };
    await reports.eachDelivery(own, request, ({ _id }) => void seen.push(_id));
    return seen.sort();
  };
  expect(await list({})).toEqual([rows[0]?._id, rows[1]?._id].sort());
  expect(await list({ siteId: 'USLAX' })).toEqual([rows[0]?._id]);
  expect(await list({ siteId: 'USLAX', providerId: 'other' })).toEqual([]);
});
