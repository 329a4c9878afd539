import { createHmac } from 'node:crypto';
import { verifySignature } from '@envase/client';
import { startReceiver, waitFor } from '@envase/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askSimulator } from '../src/demo/ask-simulator.ts';
import { type Platform, signingKey, startPlatform } from './evidence/platform.ts';
import * as shapes from './evidence/shapes.ts';
import { call } from './http.ts';

// What the public documentation says a TMS is told, field by field, and each pair of pages that say two things
// (research/envase-contract.md; sections in the names of the tests).
let platform: Platform;
let file: Platform['file'];
let token: Platform['token'];
let tms: Platform['tms'];
let owner: Platform['owner'];
let post: Platform['post'];
let nextBox: Platform['nextBox'];
let told: Platform['told'];
let traced: Platform['traced'];

beforeAll(async () => {
  platform = await startPlatform();
  ({ file, token, tms, owner, post, nextBox, told, traced } = platform);
}, 120_000);

let serial = 0;

afterAll(() => platform[Symbol.asyncDispose](), 60_000);

describe('s7 a result of a container', () => {
  it('has every documented field, and s6.8 the time of the next trace', async () => {
    const number = await traced('TRACE_REQUESTED', { secondsAgo: 600 });
    const { event } = await told(number, 'TRACE_RESULT');
    expect(shapes.envelope.parse(event)).toMatchObject({ ...owner, type: 'CONTAINER' });
    const payload = shapes.containerPayload.parse(event.payload);
    expect(payload).toMatchObject({ containerNumber: number, providerId: 'apm' });
    expect(payload.events.length).toBeGreaterThan(0);
    const { tracedAt, nextTraceAt } = payload;
    expect(Date.parse(nextTraceAt ?? '')).toBeGreaterThan(Date.parse(tracedAt ?? ''));
  });

  it.each([
    ['eta', 'apm', 'import', 60],
    ['lfd', 'apm', 'import', 950],
    ['released', 'apm', 'import', 950],
    ['arrived', 'dcsa_tnt', 'ocean', 330],
    ['grounded', 'bnsf', 'rail_import', 650],
    ['outgated', 'bnsf', 'rail_import', 1350],
  ])('s7.4 tells `%s`, with the value under its own name', async (code, providerId, journey, secondsAgo) => {
    const number = await traced('TRACE_REQUESTED', { providerId, journey, secondsAgo });
    const { event } = await told(number, 'TRACE_RESULT');
    const { events } = shapes.containerPayload.parse(event.payload);
    const found = events.find((one) => one.code === code);
    expect(found, JSON.stringify(events)).toBeDefined();
    if (code !== 'grounded') expect(found?.data[code]).toEqual(expect.any(String));
  });

  it('s7.4 tells a hold by its kind, one event a hold', async () => {
    const number = await traced('TRACE_REQUESTED', { secondsAgo: 600 });
    const { event } = await told(number, 'TRACE_RESULT');
    const { events } = shapes.containerPayload.parse(event.payload);
    const holds = events.filter(({ code }) => code === 'hold');
    expect(holds.length).toBeGreaterThan(0);
    for (const { data } of holds) expect(data).toMatchObject({ hold: true, type: expect.any(String) });
    expect(new Set(holds.map(({ data }) => data.type)).size).toBe(holds.length);
  });

  it('s7.5 that cannot be had is one error for the attempt, naming every container', async () => {
    const numbers = [nextBox(), nextBox()];
    await askSimulator(file, '/control/faults', { providerId: 'bnsf', kind: 'unavailable', seconds: 20 });
    const payload = { providerId: 'bnsf', containers: numbers.map((id) => ({ id })) };
    await post('/events', { ...owner, type: 'CONTAINER', action: 'TRACE_REQUESTED', payload });
    const errors = () =>
      tms.requests
        .map(({ json }) => shapes.envelope.parse(json))
        .filter((event) => event.action === 'TRACE_ERROR' && event.payload.providerId === 'bnsf');
    const [error] = await waitFor(() => errors().length > 0 && errors(), {
      what: 'the error',
      timeoutMs: 30_000,
    });
    expect(error).toMatchObject({
      type: 'CONTAINER',
      payload: { code: 'provider_unavailable', affected: { count: 2, ids: expect.arrayContaining(numbers) } },
    });
    expect(errors()).toHaveLength(1);
  });
});

describe('s8 a result of another service', () => {
  it('s8.1 of an export has every documented field', async () => {
    const journey = { providerId: 'dcsa_tnt', journey: 'ocean', secondsAgo: 30 };
    const number = await traced('TRACE_EXPORT_REQUESTED', journey);
    const { event } = await told(number, 'TRACE_EXPORT_RESULT');
    expect(shapes.envelope.parse(event)).toMatchObject({ ...owner, type: 'CONTAINER' });
    expect(shapes.readinessPayload.parse(event.payload)).toMatchObject({
      id: number,
      status: 'export_ingated',
    });
  });

  it('s8.2 of an empty has the shape of an export', async () => {
    const number = await traced('TRACE_EMPTY_REQUESTED', { secondsAgo: 600 });
    const { event } = await told(number, 'TRACE_EMPTY_RESULT');
    expect(shapes.envelope.parse(event).type).toBe('CONTAINER');
    shapes.readinessPayload.parse(event.payload);
  });
});

describe('s11 where the pages say two things', () => {
  /** The event that a hook of its own heard for one publish. */
  async function heard(hook: object, publish: object) {
    const receiver = await startReceiver();
    try {
      await post('/webhooks', { url: receiver.url, ...owner, ...hook });
      expect((await post('/events', { ...owner, ...publish })).status).toBe(201);
      const [request] = await receiver.waitForCount(1, { timeoutMs: 30_000 });
      return { event: shapes.envelope.parse(request?.json), count: receiver.requests.length };
    } finally {
      await receiver.close();
    }
  }
  const hook = (body: object) =>
    post('/webhooks', { ...owner, url: 'https://tms.example/envase/s11', triggers: ['ARRIVED'], ...body });
  const gate = (action: string, payload = {}) => ({ type: 'GATE', action, payload });

  it('`entityType` or `eventType`: both are taken, both are answered, two values are refused', async () => {
    const [one, other] = [await hook({ entityType: 'GATE' }), await hook({ eventType: 'gate' })];
    expect(other.body).toMatchObject({ id: one.body.id, entityType: 'GATE', eventType: 'GATE' });
    expect((await hook({ entityType: 'GATE', eventType: 'CONTAINER' })).status).toBe(400);
  });

  it('`tmsId` or `svcId`: both are taken and both are told, two values are refused', async () => {
    const { orgId, svcId } = owner;
    const by = (names: object) => post('/events', { orgId, ...gate('TMS'), ...names });
    for (const names of [{ tmsId: svcId }, { svcId }, { tmsId: svcId, svcId }])
      expect((await by(names)).body).toMatchObject({ svcId, tmsId: svcId });
    expect((await by({ tmsId: 'another', svcId })).status).toBe(400);
  });

  it('a container as `containers`, `containerNumber` or `id`: results name it as both', async () => {
    const number = await traced('TRACE_REQUESTED', { secondsAgo: 600 });
    const { event } = await told(number, 'TRACE_RESULT');
    expect(event.payload).toMatchObject({ containerNumber: number, id: number });
  });

  it('`eventDate` or `date`: both are told, with one value and an offset', async () => {
    const number = await traced('TRACE_REQUESTED', { secondsAgo: 600 });
    const { events } = shapes.containerPayload.parse((await told(number, 'TRACE_RESULT')).event.payload);
    expect(events.length).toBeGreaterThan(0);
    for (const { date, eventDate } of events) expect(date).toBe(eventDate);
  });

  it('codes in lower or in capital letters: lower ones are told', async () => {
    const number = await traced('TRACE_REQUESTED', { secondsAgo: 600 });
    const { events } = shapes.containerPayload.parse((await told(number, 'TRACE_RESULT')).event.payload);
    for (const { code } of events) expect(code).toBe(code.toLowerCase());
  });

  it('the last free day in `lfd` or in `released`: it stands in both', async () => {
    const number = await traced('TRACE_REQUESTED', { secondsAgo: 950 });
    const { events } = shapes.containerPayload.parse((await told(number, 'TRACE_RESULT')).event.payload);
    const [lfd, released] = ['lfd', 'released'].map((code) => events.find((one) => one.code === code));
    expect(lfd?.data.lfd).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(released?.data.lfd).toBe(lfd?.data.lfd);
  });

  it('a dotted `type` or `type` and `action`: a hook hears either as two words in capitals', async () => {
    const hears = { triggers: ['DOTTED'], entityType: 'GATE' };
    const dotted = await heard(hears, { type: 'yard.gate.dotted', payload: { a: 1 } });
    const plain = await heard(hears, gate('dotted', { a: 1 }));
    for (const { event } of [dotted, plain])
      expect(event).toMatchObject({ type: 'GATE', action: 'DOTTED', payload: { a: 1 } });
  });

  it.each([
    ['TRACE_RESULTS', ['TRACE_RESULTS']],
    ['TRACE_RESULT', ['TRACE_RESULT']],
    ['TRACE_RESULTS', ['TRACE_RESULT', 'TRACE_RESULTS']],
  ])(
    'a booking as `TRACE_RESULTS` or `TRACE_RESULT`: a hook hears %s where it named %s',
    async (action, triggers) => {
      serial += 1;
      const payload = { providerId: 'apm', siteId: 'USLAX', bookingNumber: `21391660${serial}0` };
      const publish = { type: 'BOOKING', action: 'TRACE_REQUESTED', payload };
      const { event, count } = await heard({ triggers, entityType: 'BOOKING' }, publish);
      expect({ action: event.action, count }).toEqual({ action, count: 1 });
    },
  );

  it('`orgId` in the body or from the client: both name one owner', async () => {
    const bare = await post('/events', gate('OWNED'));
    expect(bare).toMatchObject({ status: 201, body: owner });
  });

  it('a signature over seconds or milliseconds: the SDK takes both, milliseconds are sent', async () => {
    const { now, key, body } = { now: 1_660_929_593_448, key: signingKey, body: '{}' };
    for (const t of ['1660929593', '1660929593448']) {
      const v1 = createHmac('sha256', key).update(`${t}.${body}`).digest('hex');
      expect(verifySignature({ header: `t=${t},v1=${v1}`, body, key, now })).toBe(true);
    }
  });

  it('`carrier.steamshipLine` or `carrier.steamship_line`: the first is told', async () => {
    const number = await traced('TRACE_REQUESTED', { secondsAgo: 600 });
    const { event } = await told(number, 'TRACE_RESULT');
    const { carrier } = shapes.containerPayload.parse(event.payload);
    expect(carrier).toMatchObject({ type: 'vessel', steamshipLine: expect.any(String) });
    expect(carrier).not.toHaveProperty('steamship_line');
  });

  it('bnsf as a terminal or a railroad: its results are of the rail', async () => {
    const number = await traced('TRACE_REQUESTED', {
      providerId: 'bnsf',
      journey: 'rail_import',
      secondsAgo: 650,
    });
    const { event } = await told(number, 'TRACE_RESULT');
    const { carrier, destination } = shapes.containerPayload.parse(event.payload);
    expect([carrier?.type, destination?.type]).toEqual(['rail', 'rail']);
  });

  it('three or four APM terminals: the four of the table are in the catalogue', async () => {
    const { body } = await call(file, '/providers', { token });
    const apm = body.data.find(({ id }: { id: string }) => id === 'apm');
    expect(apm.sites.map(({ id }: { id: string }) => id)).toEqual(
      expect.arrayContaining(['USLAX', 'USNWK', 'USMOB', 'USMIA']),
    );
  });
});
