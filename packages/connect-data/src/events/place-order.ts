import type { Issue, ItemWarning, PublishItem, Service } from '@envase/contracts';
import type { StoredOrder, Tenant, TraceRepository } from '@envase/db';
import { traceKey } from '@envase/domain';
import { AppError, hashId } from '@envase/runtime';
import type { AwaitApplied } from '../traces/await-applied.ts';
import { itemPointer } from './item-pointer.ts';
import type { JudgedItem, JudgedOrder } from './judge-order.ts';
import type { Owner } from './resolve-owner.ts';

export interface PlacedOrder {
  stored: StoredOrder;
  items: PublishItem[];
}

export interface PlaceDeps {
  traces: TraceRepository;
  awaitApplied: AwaitApplied;
}

export interface Placing {
  tenant: Tenant;
  owner: Owner;
  isTest: boolean;
  judged: JudgedOrder;
  /** As it was sent, for the pointers of refused items. */
  payload: unknown;
}

type Target = StoredOrder['items'][number];

interface Placed {
  answer: PublishItem;
  targets: Target[];
}

const containerServices: readonly Service[] = ['availability', 'export', 'empty'];

/**
 * Finds the traces that an order is about and says what it will do to each (advisory, one read). Throws `invalid_request` with
 * every fault where the order cannot be placed, or not for any item (contract s3).
 */
export async function placeOrder(deps: PlaceDeps, placing: Placing): Promise<PlacedOrder> {
  const { judged } = placing;
  const placed = await placeItems(deps, placing);
  const targets = new Map(placed.flatMap((one) => one.targets).map((target) => [target.traceId, target]));
  const issues = [
    ...judged.issues,
    ...listRejected(placing, placed),
    ...(await checkReplaced(deps, placing, targets)),
  ];
  if (issues.length > 0) {
    throw new AppError('invalid_request', 'The order cannot be traced', { details: issues });
  }
  const { items: _items, data: _data, ...order } = judged.order;
  const { scenario } = judged;
  const stored = { ...order, items: [...targets.values()], ...(scenario !== null && { scenario }) };
  return { stored, items: placed.map(({ answer }) => answer) };
}

async function placeItems(deps: PlaceDeps, placing: Placing): Promise<Placed[]> {
  const { judged } = placing;
  if (judged.issues.length > 0) return judged.items.map(({ answer }) => ({ answer, targets: [] }));
  return judged.order.verb === 'trace' ? placeTraces(deps, placing) : placeCommands(deps, placing);
}

async function placeTraces({ traces }: PlaceDeps, placing: Placing): Promise<Placed[]> {
  const { owner, judged } = placing;
  const { order } = judged;
  const numbers = [...new Set(judged.items.flatMap((item) => item.number ?? []))];
  const active = await traces.findActiveByNumbers(owner.orgId, owner.svcId, numbers);
  const byNumber = Map.groupBy(
    active.filter((trace) => trace.isTest === placing.isTest),
    (trace) => trace.number,
  );
  const onRepeat = judged.workflow === 'real_time' ? 'forced' : 'already_tracking';
  return judged.items.map(({ number, answer }) => {
    if (number === null) return { answer, targets: [] };
    const traceId = traceIdOf(placing, number, order.service ?? 'availability');
    const ids = byNumber.get(number)?.map((trace) => trace._id) ?? [];
    const others = ids.filter((id) => id !== traceId && id !== order.replaces);
    const outcome = ids.includes(traceId) ? onRepeat : 'tracking';
    const warnings = [...answer.warnings, ...warnOfOthers(others)];
    return {
      answer: { ...answer, traceId, outcome, warnings },
      targets: [{ number, id: answer.id, traceId }],
    };
  });
}

function warnOfOthers(traceIds: string[]): ItemWarning[] {
  if (traceIds.length === 0) return [];
  const message = 'This box is also traced at another source, at another site or for another service';
  return [{ code: 'also_traced', message, traceIds }];
}

/** Stop and resume mean every service of the box at this provider and site (contract s10). */
async function placeCommands({ traces, awaitApplied }: PlaceDeps, placing: Placing): Promise<Placed[]> {
  const { order, items } = placing.judged;
  const isStop = order.verb === 'stop';
  const wanted = order.service ? [order.service] : containerServices;
  const idsOf = ({ number }: JudgedItem) =>
    number === null ? [] : wanted.map((service) => traceIdOf(placing, number, service));
  const look = async () => {
    const found = new Map((await traces.getMany(items.flatMap(idsOf))).map((trace) => [trace._id, trace]));
    return items.map((item) => {
      const traceIds = idsOf(item).filter((id) => found.get(id)?.tracing === isStop);
      return placeCommand(item, { isStop, traceIds });
    });
  };
  const placed = await look();
  const missed = items.filter((_, index) => placed[index]?.targets.length === 0).flatMap(idsOf);
  if (missed.length === 0) return placed;
  await awaitApplied(placing.tenant, { traceIds: missed });
  return look();
}

function placeCommand(item: JudgedItem, command: { isStop: boolean; traceIds: string[] }): Placed {
  const { number, answer } = item;
  const { isStop, traceIds } = command;
  const [traceId] = traceIds;
  if (number === null || traceId === undefined) {
    const reason = answer.reason ?? (isStop ? 'is not being traced here' : 'is not stopped here');
    return { answer: { ...answer, outcome: 'rejected', reason }, targets: [] };
  }
  return {
    answer: { ...answer, traceId, traceIds, outcome: isStop ? 'stopped' : 'resumed' },
    targets: traceIds.map((id) => ({ number, id: answer.id, traceId: id })),
  };
}

function traceIdOf({ owner, isTest, judged }: Placing, number: string, service: Service): string {
  const { type, providerId, siteId } = judged.order;
  return hashId(...traceKey({ ...owner, isTest, type, service, number, providerId, siteId }));
}

/** One bad number never sinks the batch; nothing but bad ones does. */
function listRejected({ judged, payload }: Placing, placed: readonly Placed[]): Issue[] {
  if (placed.some(({ answer }) => answer.outcome !== 'rejected')) return [];
  const pointerOf = itemPointer(judged.order.type, payload);
  return placed.map(({ answer }, index) => ({
    path: pointerOf(index),
    message: answer.reason ?? 'cannot be traced',
  }));
}

/** The replaced trace must be another one of the same box, owner and kind (contract s10, `replaces`). */
async function checkReplaced(
  { traces, awaitApplied }: PlaceDeps,
  placing: Placing,
  targets: ReadonlyMap<string, Target>,
): Promise<Issue[]> {
  const { owner, isTest, judged, tenant } = placing;
  const { replaces, type } = judged.order;
  if (replaces === null) return [];
  const path = '/payload/replaces';
  if (targets.has(replaces)) return [{ path, message: 'is the trace that this publish asks for' }];
  let replaced = await traces.find(tenant, replaces);
  if (!replaced) {
    await awaitApplied(tenant, { traceIds: [replaces] });
    replaced = await traces.find(tenant, replaces);
  }
  const isOurs =
    replaced?.orgId === owner.orgId &&
    replaced.svcId === owner.svcId &&
    replaced.isTest === isTest &&
    replaced.type === type &&
    judged.items.some(({ number }) => number === replaced?.number);
  if (isOurs) return [];
  return [{ path, message: 'is not the id of a trace of the same box' }];
}
