import type { ItemWarning, PublishItem, Service } from '@envase/contracts';
import type { StoredOrder, Tenant, TraceRepository } from '@envase/db';
import { traceKey } from '@envase/domain';
import { AppError, hashId } from '@envase/runtime';
import type { JudgedItem, JudgedOrder } from './judge-order.ts';
import type { Owner } from './resolve-owner.ts';

export interface PlacedOrder {
  stored: StoredOrder;
  items: PublishItem[];
}

interface Placing {
  tenant: Tenant;
  owner: Owner;
  isTest: boolean;
  judged: JudgedOrder;
}

const containerServices: readonly Service[] = ['availability', 'export', 'empty'];

/**
 * Finds the traces that an order is about and says what it will do to each (advisory, one read). Throws where nothing can
 * be done for any item (contract s3).
 */
export async function placeOrder(traces: TraceRepository, placing: Placing): Promise<PlacedOrder> {
  const { judged } = placing;
  const placed =
    judged.order.verb === 'trace' ? await placeTraces(traces, placing) : await placeCommands(traces, placing);
  const targets = new Map(
    placed.flatMap(({ targets: found }) => found.map((target) => [target.traceId, target])),
  );
  if (targets.size === 0) throw allRejected(placed.map(({ answer }) => answer));
  await checkReplaced(traces, placing, new Set([...targets.values()].map((target) => target.number)));
  const { items: _items, data: _data, ...order } = judged.order;
  return { stored: { ...order, items: [...targets.values()] }, items: placed.map(({ answer }) => answer) };
}

interface Placed {
  answer: PublishItem;
  targets: { number: string; id: string; traceId: string }[];
}

async function placeTraces(traces: TraceRepository, placing: Placing): Promise<Placed[]> {
  const { owner, judged } = placing;
  const numbers = [...new Set(judged.items.flatMap((item) => item.number ?? []))];
  const active = await traces.findActiveByNumbers(owner.orgId, owner.svcId, numbers);
  return judged.items.map((item) => {
    if (item.number === null) return { answer: item.answer, targets: [] };
    const traceId = traceIdOf(placing, item.number, judged.order.service ?? 'availability');
    const ofBox = active.filter((trace) => trace.number === item.number && trace.isTest === placing.isTest);
    const others = ofBox.filter((trace) => trace._id !== traceId).map((trace) => trace._id);
    const isTraced = ofBox.some((trace) => trace._id === traceId);
    const onRepeat = judged.manifest.workflow === 'real_time' ? 'forced' : 'already_tracking';
    const warnings = [...item.answer.warnings, ...alsoTraced(others)];
    const answer: PublishItem = {
      ...item.answer,
      traceId,
      outcome: isTraced ? onRepeat : 'tracking',
      warnings,
    };
    return { answer, targets: [{ number: item.number, id: item.answer.id, traceId }] };
  });
}

function alsoTraced(traceIds: string[]): ItemWarning[] {
  if (traceIds.length === 0) return [];
  return [{ code: 'also_traced', message: 'This box is also traced at another source or site', traceIds }];
}

/** Stop and resume mean every service of the box at this provider and site (contract s10). */
async function placeCommands(traces: TraceRepository, placing: Placing): Promise<Placed[]> {
  const { order, items } = placing.judged;
  const wanted = order.service ? [order.service] : containerServices;
  const idsOf = (number: string) => wanted.map((service) => traceIdOf(placing, number, service));
  const ids = items.flatMap((item) => (item.number === null ? [] : idsOf(item.number)));
  const found = new Map((await traces.getMany(ids)).map((trace) => [trace._id, trace]));
  const isWanted = (id: string) => found.get(id)?.tracing === (order.verb === 'stop');
  return items.map((item) =>
    placeCommand(item, {
      verb: order.verb,
      ids: item.number === null ? [] : idsOf(item.number).filter(isWanted),
    }),
  );
}

function placeCommand(item: JudgedItem, command: { verb: string; ids: string[] }): Placed {
  const [first] = command.ids;
  if (item.number === null || first === undefined) {
    const reason = item.answer.reason ?? (command.verb === 'stop' ? 'is not traced' : 'is not stopped');
    return { answer: { ...item.answer, outcome: 'rejected', reason }, targets: [] };
  }
  const { number, answer } = item;
  return {
    answer: {
      ...answer,
      traceId: first,
      traceIds: command.ids,
      outcome: command.verb === 'stop' ? 'stopped' : 'resumed',
    },
    targets: command.ids.map((traceId) => ({ number, id: answer.id, traceId })),
  };
}

function traceIdOf({ owner, isTest, judged }: Placing, number: string, service: Service): string {
  const { type, providerId, siteId } = judged.order;
  return hashId(...traceKey({ ...owner, isTest, type, service, number, providerId, siteId }));
}

async function checkReplaced(traces: TraceRepository, placing: Placing, numbers: Set<string>): Promise<void> {
  const { replaces } = placing.judged.order;
  if (replaces === null) return;
  const replaced = await traces.find(placing.tenant, replaces);
  if (replaced && numbers.has(replaced.number)) return;
  throw new AppError('invalid_request', 'The trace to replace was not found', {
    details: [{ path: '/payload/replaces', message: 'is not the id of a trace of the same box' }],
  });
}

function allRejected(items: readonly PublishItem[]): AppError {
  const details = items.map((item, index) => ({
    path: `/payload/items/${index}`,
    message: `${item.id}: ${item.reason ?? 'cannot be traced'}`,
  }));
  return new AppError('invalid_request', 'No item can be traced', { details });
}
