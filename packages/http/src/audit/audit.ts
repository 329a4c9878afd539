import { asError, type Clock, newUuid } from '@envase/runtime';
import type { AnyInput, Reply } from '../endpoint.ts';
import { presentError } from '../error-answer.ts';
import { namedOrganization } from '../named-owner.ts';
import type { Around } from '../router.ts';
import { isJsonText } from '../send-reply.ts';
import { createAppendRow } from './append-row.ts';
import type { AuditCall, AuditOutcome, AuditStore } from './audit-store.ts';
import { hashOf } from './chain.ts';

export interface AuditOptions {
  store: AuditStore;
  clock: Pick<Clock, 'now'>;
  /** Whose chain a call belongs to; default: `namedOrganization`. One that its client may not act for is not believed. */
  orgOf?: (input: AnyInput) => string | null;
  /** Routes that leave no row, such as `/api/events`, or that change nothing, such as `/oauth2/token`. */
  exempt?: readonly string[];
}

const MUTATING: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
const PLATFORM = 'platform';
const MAX_TEXT = 300;

/**
 * One hash-chained row per mutating call (quality S10). The call is noted before it is made, the row is durable before a success is
 * answered, then the note goes: a call that a crash cut off keeps its note, and `settleAudit` gives it a row without a status.
 * Belongs outside of idempotency keys. What never reached its handler (no client, bad shape) changed nothing and leaves no row.
 */
export function createAudit(options: AuditOptions): Around {
  const { store, exempt = [] } = options;
  const append = createAppendRow(store);
  const record = async (call: AuditCall, outcome: AuditOutcome, input: AnyInput) => {
    const { chain, n, hash } = await append(call, outcome);
    // A witness outside of the database.
    input.logger.info({ chain, n, hash }, 'Audited');
    await tryTo(() => store.close(call), { input, otherwise: 'The note of an audited call stayed' });
  };
  return async (input, next) => {
    if (!MUTATING.has(input.method) || exempt.includes(input.route)) return next();
    const call = describeCall(input, options);
    await store.open(call);
    let reply: Reply;
    try {
      reply = await next();
    } catch (error) {
      const { status } = presentError(error, input.requestId);
      const work = () => record(call, { ...nothing, status }, input);
      await tryTo(work, { input, otherwise: 'A refused call has no audit row yet' });
      throw error;
    }
    const { clientId, target } = call;
    const found = { clientId: reply.audit?.clientId ?? clientId, target: targetOf(reply, target) };
    await record({ ...call, ...found }, outcomeOf(reply), input);
    return reply;
  };
}

const nothing = { isReplay: false, before: null, after: null } as const;

function describeCall(input: AnyInput, { clock, orgOf = namedOrganization }: AuditOptions): AuditCall {
  const { client, method, route, requestId, address } = input;
  const orgId = orgOf(input);
  // Who names a foreign organization writes nothing into its chain.
  const isOwn = orgId !== null && (client?.grants.some((grant) => grant.orgId === orgId) ?? false);
  return {
    callId: newUuid(),
    chain: isOwn ? orgId : PLATFORM,
    at: new Date(clock.now()),
    requestId,
    clientId: client?.clientId ?? null,
    tokenId: client?.tokenId ?? null,
    address,
    method,
    route,
    target: parameterOf(input.params),
  };
}

/** The path's `id`, else all that its pattern names. */
function parameterOf(params: unknown): string | null {
  if (typeof params !== 'object' || params === null) return null;
  const named: [string, unknown][] = Object.entries(params);
  const own = named.filter(([name]) => name === 'id');
  const texts = (own.length > 0 ? own : named).map(([, value]) => String(value));
  return texts.length === 0 ? null : limit(texts.join('~'));
}

function targetOf({ audit, status, body }: Reply, parameter: string | null): string | null {
  if (audit?.target !== undefined) return limit(audit.target);
  if (parameter !== null || status >= 300 || typeof body !== 'object') return parameter;
  const answer: unknown = isJsonText(body) ? JSON.parse(body.json) : body;
  const hasId = typeof answer === 'object' && answer !== null && 'id' in answer;
  return hasId && typeof answer.id === 'string' ? limit(answer.id) : null;
}

/** As the store gives it back: it knows no halves of characters. */
function limit(text: string): string {
  return text.slice(0, MAX_TEXT).toWellFormed();
}

function outcomeOf({ status, headers, audit }: Reply): AuditOutcome {
  return {
    status,
    isReplay: headers?.['Idempotency-Replayed'] === 'true',
    before: audit?.before ? hashOf(audit.before) : null,
    after: audit?.after ? hashOf(audit.after) : null,
  };
}

/** What fails here is made up for by `settleAudit`: the note of the call is still there. */
async function tryTo(
  work: () => Promise<void>,
  { input, otherwise }: { input: AnyInput; otherwise: string },
): Promise<void> {
  try {
    await work();
  } catch (error) {
    input.logger.warn({ err: asError(error) }, otherwise);
  }
}
