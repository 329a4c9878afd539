import type { InboxDoc, InboxRepository } from '@envase/db';
import {
  type Notice,
  ProviderError,
  type PublishNotifyClient,
  type PublishNotifyProvider,
  type Told,
} from '@envase/providers';
import { asError, type Clock, failpoint, type Logger } from '@envase/runtime';
import type { RecordTold } from '../told/record-told.ts';
import type { SeeSettled } from '../told/see-settled.ts';

/** A provider of this process that sends notifications. */
export interface InboxSource {
  provider: Pick<PublishNotifyProvider, 'manifest' | 'parse'>;
  client: Pick<PublishNotifyClient, 'read'>;
  isTraced(number: string): Promise<boolean>;
  recordTold: RecordTold;
}

export interface ParseInboxDeps {
  sources: ReadonlyMap<string, InboxSource>;
  /** By provider: what makes events of a body that is about no box. */
  tellers: ReadonlyMap<string, (item: InboxDoc) => Promise<string>>;
  inbox: InboxRepository;
  settled: SeeSettled;
  clock: Clock;
  logger: Logger;
}

/** From the observing of a body to the look whether its traces were settled. */
const settleWithinMs = 5_000;

/**
 * `inbox.parse`: a body is observed once, then owed until what it said is folded into its traces. One that cannot be read is kept
 * with its fault; one about boxes that nobody traces is kept as it is.
 */
export function createParseInbox(deps: ParseInboxDeps) {
  return async ({ inboxId }: { inboxId: string }): Promise<string> => {
    const item = await deps.inbox.get(inboxId);
    if (!item?.dueAt) return 'nothing owed';
    if (item.parsedAt) return seeSettled(item, deps);
    const tell = deps.tellers.get(item.providerId);
    if (tell) return tell(item);
    const source = deps.sources.get(item.providerId);
    // It stays owed for a process that has this provider's login.
    return source ? parse(item, { source, deps }) : 'not here';
  };
}

async function seeSettled(item: InboxDoc, { inbox, settled, clock }: ParseInboxDeps): Promise<string> {
  const open = await settled.findOpen(item.traceIds ?? []);
  if (open.length === 0) {
    await inbox.settle(item._id);
    return 'settled';
  }
  await settled.askToSettle(open);
  await inbox.postpone([item._id], new Date(clock.now() + settleWithinMs));
  return `${open.length} to settle`;
}

async function parse(item: InboxDoc, by: { source: InboxSource; deps: ParseInboxDeps }): Promise<string> {
  const { source, deps } = by;
  const { inbox, settled, clock, logger } = deps;
  const notices = readNotices(item, by);
  const parsedAt = new Date(clock.now());
  if (notices === null) {
    await inbox.markParsed(item._id, { parsedAt, traceIds: [], fault: 'provider_answer', dueAt: null });
    return 'not readable';
  }
  const traceIds = await source.recordTold(await readAll(notices, source));
  await failpoint('inbox.after-record');
  const dueAt = traceIds.length > 0 ? new Date(clock.now() + settleWithinMs) : null;
  await inbox.markParsed(item._id, { parsedAt, traceIds, fault: null, dueAt });
  await settled.askToSettle(traceIds).catch((error: unknown) => {
    logger.warn({ err: asError(error) }, 'Settling was not queued: the inbound body stays owed');
  });
  return `${traceIds.length} traces`;
}

function readNotices(item: InboxDoc, by: { source: InboxSource; deps: ParseInboxDeps }): Notice[] | null {
  try {
    return by.source.provider.parse(Buffer.from(item.body), item);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    by.deps.logger.warn({ inboxId: item._id, err: error }, 'An inbound body could not be read and is kept');
    return null;
  }
}

async function readAll(notices: readonly Notice[], source: InboxSource): Promise<Told[]> {
  const told: Told[] = [];
  for (const notice of notices) {
    const one = 'ask' in notice ? await readOne(notice, source) : notice;
    if (one) told.push(one);
  }
  return told;
}

/** Null where it is no longer there, and where nobody traces the box: that is worth no request. */
async function readOne(
  { ask, number }: Exclude<Notice, Told>,
  { provider, client, isTraced }: InboxSource,
): Promise<Told | null> {
  if (number !== undefined && !(await isTraced(number))) return null;
  return client.read(ask, AbortSignal.timeout(provider.manifest.timeoutMs));
}
