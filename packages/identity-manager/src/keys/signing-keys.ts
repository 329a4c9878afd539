import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import type { JwksSource } from '@envase/http';
import { AppError, asError, type Clock, type KeyRing, type Logger } from '@envase/runtime';
import type { SigningKeyStore, StoredSigningKey } from '../ports.ts';
import { generateKey } from './generate-key.ts';
import {
  activationTime,
  defaultKeyRules,
  isDue,
  type KeyRules,
  readTimeline,
  slotOf,
} from './key-timeline.ts';

export interface PublicJwk {
  kty: 'RSA';
  kid: string;
  use: 'sig';
  alg: 'RS256';
  n: string;
  e: string;
}

export interface Rotation {
  /** The key that signs from `activeFrom` on. */
  kid: string;
  activeFrom: Date;
}

export interface SigningKeys {
  /** The key that signs now. Throws `unavailable` when the copy is too old to say which. */
  current(): { kid: string; privateKey: KeyObject };
  /** The key set: next, current, and the previous one for 65 minutes (contract s1). */
  jwks(): PublicJwk[];
  /** The same keys for verifying in this process. */
  source: JwksSource;
  /** Makes the next key the current one, at once if it has been published for 10 minutes, else when it will have been. */
  rotate(): Promise<Rotation>;
  /** For a stolen key: a new one signs at once and all others go; their tokens die as resource servers refetch (5 min). */
  replaceAll(): Promise<Rotation>;
  /** Seals private keys anew where the key ring has a newer key; the number that was. */
  reseal(): Promise<number>;
  /** Makes what is missing, activates what is due, removes what is outdated, and reads the copy anew. */
  maintain(): Promise<void>;
  /** The first `maintain`, then one every 30 s. */
  start(): Promise<void>;
  stop(): void;
}

export interface SigningKeysOptions {
  store: SigningKeyStore;
  keyRing: KeyRing;
  clock: Pick<Clock, 'now'>;
  logger: Logger;
  rules?: KeyRules;
  everyMs?: number;
}

// Far below what the retention leaves over a token's life (5 minutes): a process must not sign with a key long replaced.
const MAX_COPY_AGE_MS = 120_000;
const MAX_TRIES = 5;

export function createSigningKeys(options: SigningKeysOptions): SigningKeys {
  const { clock, logger, rules = defaultKeyRules, everyMs = 30_000 } = options;
  const copy = createCopy(options, rules);
  const upkeep = createUpkeep(options, rules);
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  const maintain = async () => {
    const askedAt = clock.now();
    copy.set(await upkeep.run(), askedAt);
  };
  const tick = async () => {
    try {
      await maintain();
    } catch (error) {
      logger.warn({ err: asError(error) }, 'Signing keys could not be maintained');
    }
    if (!isStopped) schedule();
  };
  const schedule = () => {
    timer = setTimeout(tick, everyMs).unref();
  };
  const change = async (run: () => Promise<Rotation>) => {
    const rotation = await run();
    await maintain();
    logger.info({ ...rotation }, 'Signing keys were rotated');
    return rotation;
  };

  return {
    ...copy,
    maintain,
    rotate: () => change(upkeep.rotate),
    replaceAll: () => change(upkeep.replaceAll),
    reseal: upkeep.reseal,
    async start() {
      await maintain();
      schedule();
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

/** The keys in memory, and what is made of them on demand. */
function createCopy(options: SigningKeysOptions, rules: KeyRules) {
  const { clock, keyRing } = options;
  let keys: StoredSigningKey[] = [];
  let loadedAt = Number.NEGATIVE_INFINITY;
  const privateKeys = new Map<string, KeyObject>();
  const publicKeys = new Map<string, KeyObject>();
  const published = () => readTimeline(keys, clock.now(), rules).published;
  const source: JwksSource = {
    find(kid) {
      const key = published().find((one) => one.kid === kid);
      return key && remember(publicKeys, kid, () => toPublicKey(key));
    },
    isReady: () => keys.length > 0,
    // The copy is kept up to date anyway, long before a key signs.
    refresh: () => Promise.resolve(),
  };
  return {
    source,
    jwks: () => published().map(toJwk),
    current() {
      const { current } = readTimeline(keys, clock.now(), rules);
      if (!current || clock.now() - loadedAt > MAX_COPY_AGE_MS) {
        throw new AppError('unavailable', 'The signing keys cannot be read');
      }
      const { kid, sealedPrivateKey } = current;
      const open = () => createPrivateKey(keyRing.open(sealedPrivateKey, kid));
      return { kid, privateKey: remember(privateKeys, kid, open) };
    },
    set(loaded: StoredSigningKey[], askedAt: number) {
      keys = loaded;
      loadedAt = askedAt;
    },
  };
}

function createUpkeep({ store, keyRing, clock }: SigningKeysOptions, rules: KeyRules) {
  const read = async () => {
    const keys = await store.list();
    return { keys, timeline: readTimeline(keys, clock.now(), rules) };
  };
  const add = async (slot: number, activeFrom: Date | null) => {
    const createdAt = new Date(clock.now());
    const key = await generateKey({ slot, keyRing, createdAt, activeFrom });
    return { kid: key.kid, isNew: await store.insert(key) };
  };
  /** Other processes do the same at the same time; where one was first, its key is as good. */
  const ensureNext = async (): Promise<{ current: StoredSigningKey; next: StoredSigningKey }> => {
    for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
      const { current, next } = (await read()).timeline;
      if (current && next) return { current, next };
      if (current) await add(slotOf(current) + 1, null);
      else await add(1, new Date(clock.now()));
    }
    throw new AppError('unavailable', 'The signing keys are not complete');
  };
  const activate = async (next: StoredSigningKey, atMs: number): Promise<Rotation> => {
    if (next.activeFrom === null) await store.activate(next._id, new Date(atMs));
    const { keys } = await read();
    const stored = keys.find((key) => key._id === next._id);
    // Another process may have been first: its time holds.
    return { kid: next.kid, activeFrom: stored?.activeFrom ?? new Date(atMs) };
  };
  return {
    async run(): Promise<StoredSigningKey[]> {
      const { current, next } = await ensureNext();
      const nowMs = clock.now();
      if (isDue(current, nowMs, rules)) await activate(next, activationTime(next, nowMs, rules));
      const { keys, timeline } = await read();
      for (const key of timeline.outdated) await store.remove(key._id);
      return keys;
    },
    async rotate(): Promise<Rotation> {
      const { next } = await ensureNext();
      return activate(next, activationTime(next, clock.now(), rules));
    },
    async replaceAll(): Promise<Rotation> {
      const { keys } = await read();
      const slot = Math.max(0, ...keys.map(slotOf)) + 1;
      const activeFrom = new Date(clock.now());
      const { kid, isNew } = await add(slot, activeFrom);
      if (!isNew) throw new AppError('conflict', 'Another rotation was faster: try again');
      for (const key of keys) await store.remove(key._id);
      return { kid, activeFrom };
    },
    async reseal(): Promise<number> {
      const { keys } = await read();
      let resealed = 0;
      for (const { _id, kid, sealedPrivateKey } of keys) {
        if (!keyRing.needsReseal(sealedPrivateKey)) continue;
        const fresh = keyRing.seal(keyRing.open(sealedPrivateKey, kid), kid);
        if (await store.reseal(_id, sealedPrivateKey, fresh)) resealed += 1;
      }
      return resealed;
    },
  };
}

function remember(known: Map<string, KeyObject>, kid: string, make: () => KeyObject): KeyObject {
  const key = known.get(kid) ?? make();
  known.set(kid, key);
  return key;
}

function toJwk({ kid, publicKey: { n, e } }: StoredSigningKey): PublicJwk {
  return { kty: 'RSA', kid, use: 'sig', alg: 'RS256', n, e };
}

function toPublicKey({ publicKey: { n, e } }: StoredSigningKey): KeyObject {
  return createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' });
}
