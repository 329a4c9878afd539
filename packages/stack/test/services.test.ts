import { type Receiver, startReceiver, waitFor } from '@envase/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askSimulator } from '../src/demo/ask-simulator.ts';
import { ictsiKey } from '../src/launch/environment.ts';
import { type Platform, startPlatform } from './evidence/platform.ts';
import { appointmentPayload, bookingPayload, envelope } from './evidence/shapes.ts';
import { call, tokenOf } from './http.ts';

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

describe('an appointment', () => {
  const owner = { orgId: 'ENVASE', svcId: 'ICTSI-INTEGRATION' };
  const send = (path: string, body: object, key = ictsiKey) =>
    fetch(`${platform.file.urls.connectData}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': key },
      body: JSON.stringify(body),
    });

  /** A client that an operator lets hear of the feed. */
  async function addClient(): Promise<string> {
    const { urls, admin } = platform.file;
    const token = await tokenOf(platform.file, { ...admin, scope: 'connectdata/admin' });
    const response = await fetch(`${urls.identityManager}/admin/clients`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Yard', scopes: ['connectdata/events'], grants: [owner] }),
    });
    expect(response.status).toBe(201);
    // Contract s10, `/admin/clients`.
    return tokenOf(platform.file, (await response.json()) as { id: string; secret: string });
  }

  it('that ICTSI sends is told to the service of the feed, and to nobody else', async () => {
    const token = await addClient();
    const yard = await startReceiver();
    const hook = { url: yard.url, triggers: ['TRACE_RESULT'], entityType: 'APPOINTMENT', ...owner };
    const registered = await call(platform.file, '/webhooks', { token, body: JSON.stringify(hook) });
    expect(registered.status).toBe(201);
    const detail = { appointment_gkey: '15261', facility_id: 'SBITC', state: 'LATE', appointment_nbr: 2345 };
    const event = { operator_id: 'ICTSI', event_type: 'TVAPPT_LATE', event_descriptions: [] };
    const visit = { id: '1', data: { event, detail: { ...detail, appointment_gkey: '7001' } } };
    const answers = [
      await send('/tracehooks/ictsi/appointment-details', [{ data: { detail } }]),
      await send('/ictsi/truck-visit-appointments-details', [visit]),
      await send('/ictsi/appointment-details', [{ data: { detail } }], 'another-key'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([204, 204, 401]);
    await yard.waitForCount(2, { timeoutMs: 25_000 });
    const told = eventsAt(yard);
    expect(told.map(({ payload }) => payload.referenceKey).toSorted()).toEqual([
      'ICTSI/PH/SBITC/15261',
      'ICTSI/PH/SBITC/7001',
    ]);
    for (const one of told) {
      expect(one).toMatchObject({ ...owner, type: 'APPOINTMENT', action: 'TRACE_RESULT', sequence: null });
      appointmentPayload.parse(one.payload);
    }
    expect(told.find(({ payload }) => payload.event)?.payload.event).toMatchObject({ type: 'TVAPPT_LATE' });
    expect(eventsAt(platform.tms).filter(({ type }) => type === 'APPOINTMENT')).toEqual([]);
    await yard.close();
  });
});
