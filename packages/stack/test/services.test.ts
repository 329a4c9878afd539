import { type Receiver, startReceiver, waitFor } from '@envase/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Platform, startPlatform } from './evidence/platform.ts';
import { bookingPayload, envelope } from './evidence/shapes.ts';
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

describe('a booking', () => {
  const publish = (number: string, changes: object = {}) =>
    platform.post('/events', {
      ...platform.owner,
      type: 'BOOKING',
      action: 'TRACE_REQUESTED',
      payload: { providerId: 'apm', locationCode: 'USLAX', bookings: [{ id: number }] },
      ...changes,
    });
  const begin = (number: string, secondsAgo: number) =>
    askSimulator(platform.file, '/control/journeys', {
      number,
      providerId: 'apm',
      journey: 'export_booking',
      startAt: Date.now() - secondsAgo * 1_000,
    });

  it('is told from its first line to the last box at the terminal, as documented', async () => {
    const number = '2139165390';
    await begin(number, 450);
    expect(await publish(number)).toMatchObject({ status: 201, body: { items: [{ outcome: 'tracking' }] } });
    const { event: first } = await platform.told(number, 'TRACE_RESULTS');
    expect(first).toMatchObject({ ...platform.owner, type: 'BOOKING', isTest: false, sequence: 1 });
    const { totalContainers, bookingDetails } = bookingPayload.parse(first.payload);
    expect(first.payload).toMatchObject({
      bookingNumber: number,
      providerId: 'apm',
      locationCode: 'USLAX',
      status: 'booked',
      emptyContainers: totalContainers,
      loadedContainers: 0,
      departed: null,
    });
    expect(bookingDetails).toHaveLength(2);
    await begin(number, 1_000);
    await publish(number);
    const isIn = (event: ReturnType<typeof eventsAt>[number]) =>
      event.payload.id === number && event.payload.status === 'export_ingated';
    const full = await waitFor(() => eventsAt(platform.tms).find(isIn), {
      what: 'all boxes in',
      timeoutMs: 25_000,
    });
    expect(full).toMatchObject({ payload: { loadedContainers: totalContainers } });
    expect(full.payload.changes).toContainEqual({
      field: 'loadedContainers',
      previous: 0,
      current: totalContainers,
    });
  });

  it('is told under the name that a hook knows, and once where it knows both', async () => {
    const [prose, both] = await Promise.all([startReceiver(), startReceiver()]);
    const hooks = [
      { url: prose.url, triggers: ['TRACE_RESULT'] },
      { url: both.url, triggers: ['TRACE_RESULT', 'TRACE_RESULTS'] },
    ];
    for (const hook of hooks)
      await platform.post('/webhooks', { ...hook, entityType: 'BOOKING', ...platform.owner });
    await begin('EXP-77/1', 450);
    await publish('exp-77/1');
    await platform.told('EXP-77/1', 'TRACE_RESULTS');
    for (const receiver of [prose, both]) await receiver.waitForCount(1, { timeoutMs: 25_000 });
    expect([prose, both].map((one) => eventsAt(one).map(({ action }) => action))).toEqual([
      ['TRACE_RESULT'],
      ['TRACE_RESULTS'],
    ]);
    await Promise.all([prose.close(), both.close()]);
  });

  it('is asked for where it is offered', async () => {
    const refused = await publish('2139165391', { payload: { providerId: 'bnsf', bookingNumber: '1' } });
    expect(refused).toMatchObject({
      status: 400,
      body: { details: [{ path: '/payload/providerId', message: expect.stringContaining('apm') }] },
    });
  });
});
