import type { TraceDoc } from '@envase/db';
import type { Redis } from '@envase/queues';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildTrace } from './build.ts';
import { loginOf, startTestTracer, type TestTracer } from './start-test-tracer.ts';

const via = 'gpa';
const canary = 'canary-password';
let test: TestTracer;

beforeAll(async () => {
  test = await startTestTracer({
    // The platform's own, which nobody is to be asked with.
    connections: ({ gpa }) => ({ gpa: { baseUrl: gpa, credentials: login() } }),
  });
});
afterAll(() => test.stop());
afterEach(() => {
  test.simulator.control.setSettings({ providerId: via, settings: {} });
  test.simulator.control.clearFaults();
  test.simulator.control.clearRequests();
});

function login(password = loginOf(via, 'password')) {
  return { username: loginOf(via, 'user'), password, hostKey: loginOf(via, 'host key') };
}

let orgs = 0;
function newOrg(): string {
  orgs += 1;
  return `org-${orgs}`;
}

const boxes = ['XTRU0009010', 'XTRU0009020', 'XTRU0009030'] as const;
const insert = (orgId: string, ...numbers: string[]) =>
  test.insert(...numbers.map((number) => buildTrace({ orgId, number, siteId: 'GCT', providerId: via, via })));
const requested = () =>
  test.simulator.control
    .requests({ providerId: via })
    .filter(({ operation }) => operation === 'request')
    .map((request) => [...request.boxes].sort());

async function observe(traces: readonly TraceDoc[], count = 1) {
  await test.run(traces);
  const all = await Promise.all(traces.map((trace) => test.observed(trace, count)));
  return all.map((own) => own[count - 1]);
}

describe('a provider that customers ask with their own logins', () => {
  it('tells only the organization whose login it refuses, and notes what it said to each', async () => {
    const [right, wrong] = [newOrg(), newOrg()];
    await test.putLogin(right, via, login());
    await test.putLogin(wrong, via, login(canary));
    const own = await insert(right, boxes[0], boxes[1]);
    const other = await insert(wrong, boxes[0], boxes[2]);
    const observations = await observe([...own, ...other]);
    expect(observations.map((one) => one?.kind)).toEqual(['receipt', 'receipt', 'failure', 'failure']);
    for (const one of observations.slice(2)) {
      expect(one?.failure).toMatchObject({
        code: 'login_failed',
        message: expect.stringContaining('PUT /api/credentials/gpa'),
      });
    }
    const tells = observations.flatMap((one) => one?.failure?.tell ?? []);
    expect(tells).toHaveLength(1);
    expect([boxes[0], boxes[2]]).toEqual(expect.arrayContaining(tells[0]?.ids ?? []));
    expect(await test.loginOf(right, via)).toMatchObject({ status: 'accepted', checkedAt: expect.any(Date) });
    expect(await test.loginOf(wrong, via)).toMatchObject({ status: 'refused', checkedAt: expect.any(Date) });
    expect((await test.db.repositories.providerStates.get(via))?.breaker).toMatchObject({ failures: 0 });
  });

  it('is never asked for two organizations at once, not even for the same box', async () => {
    const [one, two] = [newOrg(), newOrg()];
    await test.putLogin(one, via, login());
    await test.putLogin(two, via, login());
    const traces = [...(await insert(one, boxes[0], boxes[1])), ...(await insert(two, boxes[0]))];
    await observe(traces);
    expect(requested().flat().sort()).toEqual([boxes[0], boxes[0], boxes[1]]);
    for (const asked of requested()) expect(asked.length).toBe(new Set(asked).size);
    const references = await Promise.all(
      traces.map(async (trace) => (await test.observationsOf(trace))[0]?.receipt?.reference?.split('/')[0]),
    );
    expect(references).not.toContain(undefined);
    expect(references.slice(0, 2)).not.toContain(references[2]);
  });

  it('is not asked for an organization without a login, which is told where to put one', async () => {
    const orgId = newOrg();
    const [observation] = await observe(await insert(orgId, boxes[0]));
    expect(observation?.failure).toMatchObject({
      code: 'login_failed',
      message: expect.stringMatching(/none is stored.*PUT \/api\/credentials\/gpa/),
      tell: { count: 1, ids: [boxes[0]] },
    });
    expect(requested()).toEqual([]);
    await test.putLogin(orgId, via, login());
    const [later] = await observe(await insert(orgId, boxes[1]));
    expect(later?.kind).toBe('receipt');
  });

  it('is not tried again and again with a login that it refused, and at once with the next', async () => {
    const orgId = newOrg();
    await test.putLogin(orgId, via, login(canary));
    await observe(await insert(orgId, boxes[0]));
    // It would be taken by now.
    test.simulator.control.setSettings({ providerId: via, settings: { password: canary } });
    const [resting] = await observe(await insert(orgId, boxes[1]));
    expect(resting?.failure).toMatchObject({ code: 'login_failed', tell: null });
    expect(requested()).toEqual([]);
    await test.putLogin(orgId, via, login(canary));
    const [taken] = await observe(await insert(orgId, boxes[2]));
    expect(taken?.kind).toBe('receipt');
    expect(await test.loginOf(orgId, via)).toMatchObject({ status: 'accepted' });
  });

  it('shows no login in a line of the log, a job or an observation', async () => {
    const kept = await test.db.connection.collection('observations').find({}).toArray();
    const said = [...test.logs, ...(await readRedis(test)), JSON.stringify(kept)].join('\n');
    expect(said).toContain('login_failed');
    expect(said).toContain(via);
    for (const secret of [canary, loginOf(via, 'password'), loginOf(via, 'user')])
      expect(said).not.toContain(secret);
  });
});

/** Every key of the test and what it holds. */
async function readRedis({ redis, prefix }: Pick<TestTracer, 'redis' | 'prefix'>): Promise<string[]> {
  const keys = await redis.keys(`${prefix}*`);
  return Promise.all(keys.map(async (key) => `${key} ${JSON.stringify(await readKey(redis, key))}`));
}

async function readKey(redis: Redis, key: string): Promise<unknown> {
  switch (await redis.type(key)) {
    case 'string':
      return redis.get(key);
    case 'hash':
      return redis.hgetall(key);
    case 'list':
      return redis.lrange(key, 0, -1);
    case 'zset':
      return redis.zrange(key, 0, '-1');
    case 'stream':
      return redis.xrange(key, '-', '+');
    default:
      return redis.smembers(key);
  }
}
