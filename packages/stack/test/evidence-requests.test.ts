import { createHmac } from 'node:crypto';
import { verifySignature } from '@envase/client';
import { startReceiver, waitFor } from '@envase/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bookingPublishes, publishes, registrations } from './evidence/examples.ts';
import { type Platform, signingKey, startPlatform } from './evidence/platform.ts';
import { call, tokenOf } from './http.ts';

// Every example of the public documentation that a TMS sends, sent as documented (research/envase-contract.md; sections in the
// names of the tests).
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

afterAll(() => platform[Symbol.asyncDispose](), 60_000);

describe('s3 a token', () => {
  const basic = () => `Basic ${Buffer.from(`${file.client.id}:${file.client.secret}`).toString('base64')}`;
  const ask = (query: string, body: Record<string, string>) =>
    fetch(`${file.urls.identityManager}/oauth2/token${query}`, {
      method: 'POST',
      headers: { authorization: basic(), 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(body),
    });
  const wanted = { grant_type: 'client_credentials', scope: 'connectdata/events' };

  it.each([
    ['s3.1 in the body, as in the sample', '', wanted],
    ['s3.1 in the query, as in the prose', `?${new URLSearchParams(wanted)}`, {}],
    ['s3.1 without a scope', '', { grant_type: 'client_credentials' }],
  ])(
    'is given for parameters %s, for an hour and without a refresh token (s3.4)',
    async (_name, query, body) => {
      const response = await ask(query, body);
      expect(response.status).toBe(200);
      const answer = await response.json();
      expect(answer).toMatchObject({
        token_type: 'Bearer',
        expires_in: 3600,
        scope: 'connectdata/events',
        access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      });
      expect(answer).not.toHaveProperty('refresh_token');
    },
  );

  it.each([
    ['Bearer ', 'after `Bearer`'],
    ['', 'bare, since no page prints a scheme'],
  ])('s3.2 opens registration and publishing: %s%s', async (scheme) => {
    const headers = { authorization: `${scheme}${token}`, 'content-type': 'application/json' };
    for (const path of ['/webhooks', '/events']) {
      const response = await fetch(`${file.urls.connectData}/api${path}`, { headers });
      expect(response.status).toBe(200);
    }
  });
});

describe('s4 a web-hook', () => {
  it.each(registrations)('$name', async ({ body, expects }) => {
    const { status, body: hook } = await post('/webhooks', { ...owner, ...body });
    expect(status).toBe(201);
    expect(hook).toMatchObject({ url: body.url, ...expects });
    expect(hook.id).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
    expect(JSON.stringify(hook)).not.toContain(signingKey);
    expect(JSON.stringify(hook)).not.toContain('my-secret-header-value');
  });

  it('s4.3 is checked by its id after a restart, and s4.4 updated with a new key', async () => {
    const url = 'https://tms.example/envase/checked';
    const { body: hook } = await post('/webhooks', {
      ...owner,
      url,
      triggers: ['APPROVED'],
      eventType: 'GATE',
    });
    const read = await call(file, `/webhooks/${hook.id}`, { token });
    expect(read.body).toMatchObject({ id: hook.id, url, status: 'enabled', hasSigningKey: false });
    const body = JSON.stringify({ signingKey });
    const updated = await call(file, `/webhooks/${hook.id}`, { token, method: 'PATCH', body });
    expect(updated).toMatchObject({ status: 200, body: { id: hook.id, hasSigningKey: true } });
    expect(updated.body).not.toHaveProperty('signingKey');
  });

  it('s4.7 hears only what is of its organization and service', async () => {
    const other = file.clients[1] ?? file.client;
    const payload = { mark: nextBox() };
    const event = { orgId: other.orgId, svcId: other.svcId, type: 'GATE', action: 'APPROVED', payload };
    const body = JSON.stringify(event);
    expect((await call(file, '/events', { token: await tokenOf(file, other), body })).status).toBe(201);
    const mine = { ...owner, type: 'GATE', action: 'APPROVED', payload: { id: nextBox() } };
    await post('/events', mine);
    await told(mine.payload.id, 'APPROVED');
    expect(tms.requests.filter((request) => request.rawBody.includes(payload.mark))).toEqual([]);
  });
});

describe('s5 a delivery', () => {
  const checkValue = {
    header: 't=1660929593448,v1=a06e7eed091f5ed01d18562ffac5237cf7b8e9e911baa29d65fe49bb567af429',
    body: '{"type":"CONTAINER","action":"TRACE_RESULT"}',
    key: 'example-signing-key',
  };

  it('is verified as the check value of the evidence', () => {
    expect(verifySignature({ ...checkValue, now: 1_660_929_593_448 })).toBe(true);
    expect(verifySignature({ ...checkValue, key: 'another-key', now: 1_660_929_593_448 })).toBe(false);
  });

  it('carries `t=<ms>,v1=<hex>` over the exact bytes, and the event as its body', async () => {
    const id = nextBox();
    // The event of the connect page's example.
    const payload = {
      id,
      location: {
        name: 'Yard',
        streetAddress1: '1 Harbor Way',
        city: 'Oakland',
        state: 'CA',
        zipCode: '94607',
      },
      truck: { licensePlate: 'A1', axles: 3, length: 20, weight: 1.5e4, width: 8, owned: true },
      container: { length: 40, weight: 4000, width: 8, owned: false, sealNumber: 'S1', containerNumber: id },
      chassis: { length: 40, width: 8, owned: false, axles: 2, licensePlate: 'B2' },
    };
    await post('/events', { ...owner, type: 'GATE', action: 'INTERCHANGE_PROCESSED', payload });
    const { request, event } = await told(id, 'INTERCHANGE_PROCESSED');
    const header = String(request.headers['x-envase-connect-signature-256']);
    const [, t, v1] = /^t=(\d{13}),v1=([\da-f]{64})$/.exec(header) ?? [];
    expect(v1).toBe(createHmac('sha256', signingKey).update(`${t}.`).update(request.rawBody).digest('hex'));
    expect(event).toMatchObject({ type: 'GATE', action: 'INTERCHANGE_PROCESSED', isTest: false, payload });
    expect(request.method).toBe('POST');
  });

  it('is unsigned without a key', async () => {
    const receiver = await startReceiver();
    const hook = { url: receiver.url, triggers: ['UNSIGNED'], entityType: 'GATE', ...owner };
    await post('/webhooks', hook);
    await post('/events', { ...owner, type: 'GATE', action: 'UNSIGNED', payload: {} });
    const [request] = await receiver.waitForCount(1, { timeoutMs: 30_000 });
    expect(request?.headers).not.toHaveProperty('x-envase-connect-signature-256');
    await receiver.close();
  });
});

describe('s6 a publish', () => {
  it.each([...publishes, ...bookingPublishes])('$name', async ({ body, expects }) => {
    const { status, body: event } = await post('/events', { ...owner, ...body });
    expect(status).toBe(201);
    // s6.5: what was published, its payload unchanged.
    expect(event).toMatchObject({ ...owner, payload: body.payload, ...expects });
    expect(event).toMatchObject({ id: expect.any(String), origin: expect.any(String) });
  });

  it('s6.6 needs only `type` and `payload`: organization and service come from the client', async () => {
    const { status, body } = await post('/events', { type: 'securspace.gate.arrived', payload: { a: 1 } });
    expect({ status, body }).toMatchObject({ status: 201, body: { ...owner, payload: { a: 1 } } });
  });

  it('s6.5 that fails is answered with a code and a short message', async () => {
    const { status, body } = await post('/events', { ...owner, type: 'CONTAINER', payload: {} });
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', message: expect.any(String) },
    });
  });

  it('s6.7 of the same container again is no error: it forces a trace', async () => {
    const number = await traced('TRACE_REQUESTED', { secondsAgo: 0 });
    await told(number, 'TRACE_RESULT');
    const payload = { providerId: 'apm', siteId: 'USLAX', containers: [{ id: number }] };
    const again = await post('/events', {
      ...owner,
      type: 'CONTAINER',
      action: 'TRACE_REQUESTED',
      payload,
    });
    expect(again).toMatchObject({ status: 201, body: { items: [{ outcome: 'forced' }] } });
  });

  it('s6.7 of a container whose provider is not asked in real time is no error and forces nothing', async () => {
    const event = {
      ...owner,
      type: 'CONTAINER',
      action: 'TRACE_REQUESTED',
      payload: { providerId: 'terminal49', containers: [{ id: nextBox() }] },
    };
    await post('/events', event);
    await waitFor(
      async () => {
        const { status, body } = await post('/events', event);
        expect(status).toBe(201);
        return body.items[0].outcome === 'already_tracking';
      },
      { what: 'the trace to be known', timeoutMs: 30_000 },
    );
  });
});

describe('s10 a provider', () => {
  it.each([
    ['apm', 'real_time', 50],
    ['bnsf', 'real_time', 100],
    ['cn', 'real_time', 100],
    ['trapac', 'real_time', 10],
    ['emodal', 'publish_retrieve', 1],
    ['gpa', 'request_delayed', 100],
  ])('%s is in the catalogue with its workflow and batch', async (id, workflow, batchSize) => {
    const { body } = await call(file, '/providers?limit=200', { token });
    const found = body.data.find((provider: { id: string }) => provider.id === id);
    expect(found).toMatchObject({ id, workflow, batchSize });
  });

  it.each(['port-virginia', 'port_virginia', 'PORT-VIRGINIA'])(
    'is taken as %s, told with underscores',
    async (providerId) => {
      const payload = { providerId, containers: [{ id: nextBox() }] };
      const answer = await post('/events', {
        ...owner,
        type: 'CONTAINER',
        action: 'TRACE_REQUESTED',
        payload,
      });
      expect(answer.status).toBe(201);
    },
  );

  it('that is not known is refused at once, with near matches', async () => {
    const payload = { providerId: 'bsnf', containers: [{ id: nextBox() }] };
    const answer = await post('/events', {
      ...owner,
      type: 'CONTAINER',
      action: 'TRACE_REQUESTED',
      payload,
    });
    expect(answer).toMatchObject({ status: 400, body: { details: [{ path: '/payload/providerId' }] } });
    expect(answer.body.details[0].message).toContain('bnsf');
  });
});
