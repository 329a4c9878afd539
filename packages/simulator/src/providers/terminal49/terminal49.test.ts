import { createHmac } from 'node:crypto';
import { startReceiver } from '@envase/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Stage } from '../../../test/stage.ts';
import { minutes, startStage } from '../../../test/stage.ts';

const box = 'XTRU1000018';
const key = { authorization: 'Token simulated-terminal49-key', 'content-type': 'application/vnd.api+json' };

interface Heard {
  status: number;
  // Tests assert what they read.
  json: Record<string, never> & { data: Record<string, never>; included: Record<string, never>[] };
  headers: Headers;
}

async function call(
  stage: Stage,
  path: string,
  body?: object,
  headers: Record<string, string> = key,
): Promise<Heard> {
  const init = body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers };
  const response = await fetch(`${stage.baseUrls.terminal49}${path}`, init);
  // JSON of the vendor's form, asserted below.
  return {
    status: response.status,
    json: (await response.json()) as Heard['json'],
    headers: response.headers,
  };
}

const orderOf = (number = box) => ({
  data: {
    type: 'tracking_request',
    attributes: { request_type: 'container', request_number: number, auto_detect_vocc_scac: true },
  },
});
const order = (stage: Stage, number = box) => call(stage, '/tracking_requests', orderOf(number));

describe('terminal49', () => {
  it('takes a tracking request, shows its shipment, and the container beside it', async () => {
    const stage = await startStage();
    const made = await order(stage);
    expect(made).toMatchObject({
      status: 201,
      json: { data: { type: 'tracking_request', attributes: { status: 'created' } } },
    });
    stage.moveTo(minutes(600));
    const { json } = await call(stage, `/tracking_requests/${made.json.data.id}`);
    const shipment = json.data as unknown as { relationships: { tracked_object: { data: { id: string } } } };
    const shown = await call(
      stage,
      `/shipments/${shipment.relationships.tracked_object.data.id}?include=containers`,
    );
    expect(shown.json.data).toMatchObject({
      type: 'shipment',
      attributes: { port_of_discharge_locode: 'USLAX' },
    });
    expect(shown.json.included[0]).toMatchObject({
      type: 'container',
      attributes: {
        number: box,
        current_status: 'not_available',
        availability_known: true,
        available_for_pickup: false,
        holds_at_pod_terminal: [{ name: 'customs', status: 'hold', description: 'CUSTOMS HOLD' }],
        pod_discharged_at: '2026-03-02T12:22:00Z',
        pod_timezone: 'America/Los_Angeles',
      },
    });
    const container = await call(stage, `/containers/${shown.json.included[0]?.id}?include=shipment`);
    expect(container.json.data).toEqual(shown.json.included[0]);
  });

  it('sends the last free day as the instant at which it begins at the port', async () => {
    const stage = await startStage();
    const made = await order(stage);
    stage.moveTo(minutes(900));
    const { json } = await call(stage, `/tracking_requests/${made.json.data.id}`);
    const related = json.data as unknown as { relationships: { tracked_object: { data: { id: string } } } };
    const shown = await call(stage, `/shipments/${related.relationships.tracked_object.data.id}`);
    expect(shown.json.included[0]).toMatchObject({
      attributes: { import_deadlines: { pickup_lfd_terminal: '2026-03-06T08:00:00Z' } },
    });
  });

  it('has a second request of a number fail as a duplicate, and lists the first', async () => {
    const stage = await startStage();
    const first = await order(stage);
    const second = await order(stage);
    expect(second.json.data).toMatchObject({ attributes: { status: 'failed', failed_reason: 'duplicate' } });
    const { json } = await call(stage, `/tracking_requests?filter[request_number]=${box}`);
    expect(json.data).toMatchObject([{ id: first.json.data.id }]);
  });

  it('awaits the manifest of a box that comes later, and fails one that never does', async () => {
    const stage = await startStage();
    const later = await order(stage, 'XTRU1000080');
    expect(later.json.data).toMatchObject({ attributes: { status: 'awaiting_manifest' } });
    const never = await order(stage, 'XTRU1000090');
    expect(never.json.data).toMatchObject({ attributes: { status: 'pending' } });
    stage.moveTo(minutes(61));
    const { json } = await call(stage, `/tracking_requests/${never.json.data.id}`);
    expect(json.data).toMatchObject({ attributes: { status: 'failed', failed_reason: 'not_found' } });
  });

  it('refuses strangers, unknown ids, bad numbers and too many, in the form of JSON:API', async () => {
    const stage = await startStage();
    const stranger = await call(stage, '/tracking_requests', orderOf(), { ...key, authorization: 'Token x' });
    expect(stranger).toMatchObject({ status: 401, json: { errors: [{ status: '401' }] } });
    expect((await call(stage, '/containers/none')).status).toBe(404);
    expect(await order(stage, 'HELLO')).toMatchObject({
      status: 422,
      json: { errors: [{ source: { pointer: '/data/attributes/request_number' } }] },
    });
    stage.control.setLimits({ providerId: 'terminal49', enforce: true });
    for (let count = 0; count < 100; count += 1) await order(stage);
    const refused = await order(stage);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('30');
  });
});

describe('notifications of terminal49', () => {
  async function listen(stage: Stage, statuses: number[] = []) {
    const left = [...statuses];
    const server = await startReceiver(() => left.shift() ?? 204);
    onTestFinished(() => server.close());
    const { json } = await call(stage, '/webhooks', {
      url: `${server.url}/hook`,
      active: true,
      events: ['*'],
    });
    return { server, secret: (json.data as unknown as { attributes: { secret: string } }).attributes.secret };
  }

  it('tell each step of a tracked box once, signed over the bytes', async () => {
    const stage = await startStage();
    const { server, secret } = await listen(stage);
    await order(stage);
    expect(await stage.control.notify()).toBe(2);
    stage.moveTo(minutes(420));
    expect(await stage.control.notify()).toBe(2);
    expect(await stage.control.notify()).toBe(0);
    const events = server.requests.map(({ rawBody }) => JSON.parse(rawBody.toString()).data.attributes.event);
    expect(events).toEqual([
      'tracking_request.succeeded',
      'container.created',
      'container.transport.vessel_arrived',
      'container.transport.vessel_discharged',
    ]);
    for (const { rawBody, headers } of server.requests)
      expect(headers['x-t49-webhook-signature']).toBe(
        createHmac('sha256', secret).update(rawBody).digest('hex'),
      );
  });

  it('come twice where that is ordered, with one id', async () => {
    const stage = await startStage();
    stage.control.setSettings({ providerId: 'terminal49', settings: { duplicates: true } });
    const { server } = await listen(stage);
    await order(stage);
    await stage.control.notify();
    const ids = server.requests.map(({ rawBody }) => JSON.parse(rawBody.toString()).data.id);
    expect(ids).toHaveLength(4);
    expect(new Set(ids).size).toBe(2);
  });

  it('are sent again until they are taken', async () => {
    const stage = await startStage();
    const { server } = await listen(stage, [500]);
    await order(stage);
    expect(await stage.control.notify()).toBe(1);
    stage.moveTo(1_000);
    expect(await stage.control.notify()).toBe(1);
    expect(server.requests).toHaveLength(3);
    expect(stage.control.notifications().map(({ status, attempt }) => [status, attempt])).toEqual([
      [500, 1],
      [204, 1],
      [204, 2],
    ]);
  });
});
