import { createHmac } from 'node:crypto';
import type { Grant } from '@envase/contracts';
import { AppError, asError, type Clock, hashId, type KeyRing, newUuid } from '@envase/runtime';
import { canonicalJson } from '../canonical-json.ts';
import type { AnyInput, Reply } from '../endpoint.ts';
import { namedService } from '../named-owner.ts';
import type { Around } from '../router.ts';
import type { IdempotencyClaim, IdempotencyStore } from './idempotency-store.ts';
import { keepLease } from './keep-lease.ts';
import { createShareBegin } from './share-begin.ts';
import { decodeAnswer, encodeAnswer } from './stored-answer.ts';

export interface IdempotencyOptions {
  store: IdempotencyStore;
  /** Seals the answers, which may show a secret once; owner = id of the key. A key that it forgets takes answers with it. */
  ring: Pick<KeyRing, 'seal' | 'open'>;
  clock: Pick<Clock, 'now'>;
  /** What the key counts for beside client and route; default: `namedService`. */
  scopeOf?: (input: AnyInput) => Grant | null;
  /** Routes that hold their keys themselves, such as `/api/events`. */
  exempt?: readonly string[];
  /** How long a process that died while it ran keeps its key: 60 s. Renewed while it lives. */
  leaseMs?: number;
}

interface Run {
  claim: IdempotencyClaim;
  input: AnyInput;
  next: () => Promise<Reply>;
}

/** Contract s10, row "which answers a key holds". */
const KEY = /^[\x21-\x7e]{1,255}$/;
const KEPT_MS = 7 * 24 * 60 * 60_000;
const LEASE_MS = 60_000;

/**
 * `Idempotency-Key` on every POST of a client (contract s2): runs once per key and body, and gives the first 2xx answer again for 7
 * days. Throws `invalid_request`, `idempotency_mismatch`, `conflict` while the first is running, `unavailable`.
 */
export function createIdempotency(options: IdempotencyOptions): Around {
  const { ring, exempt = [] } = options;
  const share = createShareBegin(options.store);
  return async (input, next) => {
    const given = input.headers['idempotency-key'];
    // Without a client there is nobody whose key it is.
    if (given === undefined || input.method !== 'POST' || !input.client) return next();
    if (exempt.includes(input.route)) return next();
    const claim = toClaim(input, requireKey(given), options);
    const begun = await share.begin(claim);
    switch (begun.outcome) {
      case 'begun':
        return run({ claim, input, next }, options).finally(() => share.end(claim));
      case 'done':
        return replay(ring.open(begun.answer, claim.id));
      case 'running':
        throw new AppError('conflict', 'The request with this Idempotency-Key is still running');
      case 'mismatch':
        throw new AppError('idempotency_mismatch', 'This Idempotency-Key was used with another body');
    }
  };
}

function requireKey(given: string | string[]): string {
  if (typeof given === 'string' && KEY.test(given)) return given;
  throw new AppError('invalid_request', 'The Idempotency-Key is not valid', {
    details: [{ path: 'header.Idempotency-Key', message: 'must be 1 to 255 visible ASCII characters' }],
  });
}

function toClaim(input: AnyInput, key: string, options: IdempotencyOptions): IdempotencyClaim {
  const { clock, scopeOf = namedService, leaseMs = LEASE_MS } = options;
  const { orgId = '', svcId = '' } = scopeOf(input) ?? {};
  const { params, query } = input;
  // The route as it was asked for: the same key on another hook's path is another key.
  const route = `${input.method} ${input.route} ${canonicalJson({ params, query })}`;
  const now = clock.now();
  return {
    id: hashId(input.client?.clientId ?? '', orgId, svcId, route, key),
    // Under the key, which is not stored: what is stored says nothing of a body that holds a secret.
    bodyHash: createHmac('sha256', key).update(input.rawBody).digest('base64url'),
    owner: newUuid(),
    now: new Date(now),
    leaseUntil: new Date(now + leaseMs),
    expiresAt: new Date(now + KEPT_MS),
  };
}

function replay(answer: string): Reply {
  const reply = decodeAnswer(answer);
  return { ...reply, headers: { ...reply.headers, 'Idempotency-Replayed': 'true' } };
}

async function run({ claim, input, next }: Run, options: IdempotencyOptions): Promise<Reply> {
  const { clock, store, leaseMs = LEASE_MS } = options;
  const lease = keepLease(claim, { store, clock, leaseMs, logger: () => input.logger });
  const settle = (work: () => Promise<unknown>) => settleKey(work, input);
  try {
    const reply = await next();
    await settle(() => keep(reply, claim, options));
    return reply;
  } catch (error) {
    await settle(() => store.release(claim.id, claim.owner));
    throw error;
  } finally {
    lease.stop();
  }
}

/** Only 2xx answers are kept: a refused request leaves its key free. */
async function keep(reply: Reply, claim: IdempotencyClaim, { store, ring }: IdempotencyOptions) {
  const { id, owner } = claim;
  const answer = reply.status >= 200 && reply.status < 300 ? encodeAnswer(reply) : null;
  if (answer === null) return store.release(id, owner);
  const isKept = await store.finish(id, owner, ring.seal(answer, id));
  if (!isKept) throw new AppError('internal', 'The key was taken over while its request ran');
}

/**
 * What was done is done: a key that cannot be settled changes no answer. A refusal in its place would make the client try again,
 * and do it twice; the lease frees the key.
 */
async function settleKey(work: () => Promise<unknown>, input: AnyInput): Promise<void> {
  try {
    await work();
  } catch (error) {
    input.logger.warn({ err: asError(error) }, 'An Idempotency-Key was not settled: its lease frees it');
  }
}
