import type { EventDoc, StoredOrder } from '@envase/db';
import { traceKey } from '@envase/domain';
import { hashId, newEventId } from '@envase/runtime';

let made = 0;

/** A box that no other test has: its number and the trace that a publish of it is about. */
export function newBox(owner: { orgId?: string } = {}): { number: string; traceId: string } {
  made += 1;
  const number = `TSTU${String(made).padStart(7, '0')}`;
  const { orgId = 'org' } = owner;
  const traceId = hashId(
    ...traceKey({
      orgId,
      svcId: 'svc',
      isTest: false,
      type: 'CONTAINER',
      service: 'availability',
      number,
      providerId: 'apm',
      siteId: 'USLAX',
    }),
  );
  return { number, traceId };
}

interface PublishOptions {
  now: number;
  verb?: StoredOrder['verb'];
  replaces?: string;
  isTest?: boolean;
  providerId?: string;
}

/** A stored publish about these boxes, as Connect Data leaves it. */
export function buildPublish(
  boxes: readonly { number: string; traceId: string }[],
  { now, verb = 'trace', replaces, isTest = false, providerId = 'apm' }: PublishOptions,
): EventDoc {
  const order: StoredOrder = {
    verb,
    type: 'CONTAINER',
    service: verb === 'trace' ? 'availability' : null,
    providerId,
    siteId: 'USLAX',
    strictNumbers: false,
    traceUntil: 'outgated',
    replaces: replaces ?? null,
    steamshipLine: null,
    billOfLading: null,
    reference: null,
    items: boxes.map(({ number, traceId }) => ({ id: number, number, traceId })),
  };
  return {
    _id: newEventId(now),
    orgId: 'org',
    svcId: 'svc',
    clientId: 'client',
    type: 'CONTAINER',
    action: 'TRACE_REQUESTED',
    origin: 'connect-data',
    isTest,
    payload: '{}',
    traceId: null,
    sequence: null,
    createdAt: new Date(now),
    todo: ['hooks', 'trace'],
    dueAt: new Date(now + 3_000),
    order,
  };
}
