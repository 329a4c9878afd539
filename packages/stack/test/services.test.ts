import { type Receiver, startReceiver, waitFor } from '@envase/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Platform, startPlatform } from './evidence/platform.ts';
import { envelope } from './evidence/shapes.ts';
import { askSimulator } from './test-stack.ts';

// What the services beside Container Availability tell a TMS, from the publish to its web-hook.
let platform: Platform;

beforeAll(async () => {
  platform = await startPlatform();
}, 120_000);

afterAll(() => platform[Symbol.asyncDispose](), 60_000);

const eventsAt = ({ requests }: Receiver) => requests.map(({ json }) => envelope.parse(json));

describe('a test trace', () => {
  let testTms: Receiver;
  beforeAll(async () => {
    testTms = await startReceiver();
    const hook = { url: testTms.url, triggers: ['*'], entityType: '*', isTest: true, ...platform.owner };
    expect((await platform.post('/webhooks', hook)).status).toBe(201);
  });
  afterAll(() => testTms.close());

  const publishTest = async (number: string, scenario: string) => {
    const payload = { providerId: 'bnsf', containers: [{ id: number }], data: { scenario } };
    const event = { ...platform.owner, type: 'CONTAINER', action: 'TRACE_REQUESTED', isTest: true, payload };
    return platform.post('/events', event);
  };

  it.each([
    ['discharged', 'TRACE_RESULT', { status: 'grounded' }],
    ['held', 'TRACE_RESULT', { status: 'on_hold' }],
    ['outgated', 'TRACE_STOPPED', { reason: 'outgated' }],
    ['not_found', 'TRACE_RESULT', { status: 'not_found' }],
    ['fail', 'TRACE_ERROR', { code: 'provider_unavailable' }],
  ])('of the scenario %s is told as %s to test hooks alone', async (scenario, action, payload) => {
    const number = platform.nextBox();
    expect(await publishTest(number, scenario)).toMatchObject({
      status: 201,
      body: { isTest: true, items: [{ outcome: 'tracking' }] },
    });
    const isIt = (event: ReturnType<typeof eventsAt>[number]) =>
      event.action === action &&
      (event.payload.id === number || JSON.stringify(event.payload.affected)?.includes(number));
    const told = await waitFor(() => eventsAt(testTms).find(isIt), { what: action, timeoutMs: 25_000 });
    expect(told).toMatchObject({ isTest: true, payload: { providerId: 'bnsf', ...payload } });
    expect(eventsAt(platform.tms).filter(isIt)).toEqual([]);
    const { requests } = (await askSimulator(platform.file, '/control/requests')) as {
      requests: { boxes: string[] }[];
    };
    expect(requests.filter(({ boxes }) => boxes.includes(number))).toEqual([]);
  });

  it('of no scenario is refused with their names', async () => {
    const refused = await publishTest(platform.nextBox(), 'no such');
    expect(refused).toMatchObject({
      status: 400,
      body: { details: [{ path: '/payload/data/scenario', message: expect.stringContaining('held') }] },
    });
  });
});
