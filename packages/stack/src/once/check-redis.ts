import { connectRedis, type Redis } from '@envase/queues';
import { createLogger } from '@envase/runtime';

export interface RedisCheck {
  /** Keys that were read. */
  keys: number;
  /** Jobs among them. */
  jobs: number;
  /** What was found that may not be there, by key; never the value itself. */
  faults: string[];
}

const idNames = new Set(['eventId', 'traceId', 'webhookId', 'providerId', 'credentialId', 'inboxId']);
const id = /^[\w~.-]{1,300}$/;

/**
 * Reads everything in Redis and judges it: a job carries ids, and how many were queued with it, and no value anywhere holds one of `forbidden`
 * (numbers of boxes, organizations, secrets) or looks like a token (architecture, rule 3).
 */
export async function checkRedis(
  url: string,
  forbidden: Readonly<Record<string, readonly string[]>>,
): Promise<RedisCheck> {
  const logger = createLogger({ program: 'check', level: 'error', destination: process.stderr });
  const redis = connectRedis({ url, role: 'worker', logger });
  const check: RedisCheck = { keys: 0, jobs: 0, faults: [] };
  try {
    for await (const keys of redis.scanStream({ count: 500 }) as AsyncIterable<string[]>) // of ioredis: lists of keys
      for (const key of keys) await judgeKey(redis, key, { forbidden, check });
  } finally {
    redis.disconnect();
  }
  return check;
}

interface Judging {
  forbidden: Readonly<Record<string, readonly string[]>>;
  check: RedisCheck;
}

async function judgeKey(redis: Redis, key: string, { forbidden, check }: Judging): Promise<void> {
  const values = await readKey(redis, key);
  check.keys += 1;
  const text = [key, ...values].join('\n');
  for (const [what, words] of Object.entries(forbidden))
    if (words.some((word) => text.includes(word))) check.faults.push(`${key} holds ${what}`);
  if (/eyJ[\w-]+\.eyJ|whsec_|ets_/.test(text)) check.faults.push(`${key} holds what looks like a secret`);
  const at = values.indexOf('data');
  const isJob = at % 2 === 0 && values.includes('timestamp') && values.includes('name');
  if (!isJob) return;
  check.jobs += 1;
  if (!isOfIds(values[at + 1] ?? '')) check.faults.push(`${key} carries more than ids`);
}

/** All texts of a key: of a hash, field after value. */
async function readKey(redis: Redis, key: string): Promise<string[]> {
  switch (await redis.type(key)) {
    case 'string':
      return [(await redis.get(key)) ?? ''];
    case 'hash':
      return Object.entries(await redis.hgetall(key)).flat();
    case 'list':
      return redis.lrange(key, 0, -1);
    case 'set':
      return redis.smembers(key);
    case 'zset':
      return redis.zrange(key, '0', '-1');
    case 'stream':
      return (await redis.xrange(key, '-', '+')).flatMap(([entry, fields]) => [entry, ...fields]);
    default:
      return []; // gone since it was listed
  }
}

function isOfIds(data: string): boolean {
  const parsed: unknown = JSON.parse(data);
  if (typeof parsed !== 'object' || parsed === null) return false;
  return Object.entries(parsed).every(([name, value]) => {
    if (name === 'together') return Number.isSafeInteger(value);
    return idNames.has(name) && typeof value === 'string' && id.test(value);
  });
}
