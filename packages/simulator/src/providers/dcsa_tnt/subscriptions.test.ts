import { createHmac } from 'node:crypto';
import { startReceiver } from '@envase/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Stage } from '../../../test/stage.ts';
import { dcsaKey, events, minutes, rowsOf, startStage } from '../../../test/stage.ts';

const box = 'XTRU1000018';
const path = '/v2/event-subscriptions';
const key = Buffer.from('made-up secret');
const secret = key.toString('base64');

interface Heard {
  status: number;
  json: Record<string, unknown> | null;
}

async function call(
  stage: Stage,
  [method, at]: readonly [string, string],
  { body, headers = dcsaKey }: { body?: object; headers?: Record<string, string> } = {},
): Promise<Heard> {
  const response = await fetch(`${stage.baseUrls.dcsa_tnt}${at}`, {
    method,
    headers: { ...headers, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, json: text === '' ? null : JSON.parse(text) };
}

async function listen(stage: Stage, order: object = { equipmentReference: box }) {
  const server = await startReceiver(() => 204);
  onTestFinished(() => server.close());
  const callbackUrl = `${server.url}/told`;
  const made = await call(stage, ['POST', path], { body: { callbackUrl, secret, ...order } });
  expect(made.status).toBe(201);
  const codes = () =>
    server.requests.map(({ rawBody }) =>
      (JSON.parse(rawBody.toString()) as Record<string, unknown>[]).map(
        (one) => one.transportEventTypeCode ?? one.equipmentEventTypeCode ?? one.shipmentEventTypeCode,
      ),
    );
  return { server, codes, id: String(made.json?.subscriptionID) };
}

describe('a subscription of dcsa_tnt', () => {
  it('is shown without its secret, listed, and gone when it is deleted', async () => {
    const stage = await startStage();
    const { id, server } = await listen(stage);
    const shown = await call(stage, ['GET', `${path}/${id}`]);
    expect(shown.json).toEqual({
      subscriptionID: id,
      equipmentReference: box,
      callbackUrl: `${server.url}/told`,
    });
    expect((await call(stage, ['GET', path])).json).toEqual([shown.json]);
    expect((await call(stage, ['DELETE', `${path}/${id}`])).status).toBe(204);
    for (const [method, at] of [
      ['GET', `${path}/${id}`],
      ['DELETE', `${path}/${id}`],
      ['PUT', `${path}/${id}/secret`],
    ] as const)
      expect(
        await call(stage, [method, at], { ...(method === 'PUT' && { body: { secret } }) }),
      ).toMatchObject({ status: 404, json: { statusCode: 404, httpMethod: method } });
  });

  it('needs the key of the carrier, an address, and a secret in base64', async () => {
    const stage = await startStage();
    const callbackUrl = 'http://127.0.0.1:1/told';
    const good = { callbackUrl, secret, equipmentReference: box };
    expect((await call(stage, ['POST', path], { body: good, headers: {} })).status).toBe(401);
    for (const bad of [
      { ...good, secret: undefined },
      { ...good, secret: 'no base64!' },
      { ...good, callbackUrl: 'nowhere' },
      { ...good, eventType: 'OTHER' },
      { ...good, other: 1 },
    ])
      expect(await call(stage, ['POST', path], { body: bad })).toMatchObject({
        status: 400,
        json: { errors: [{ reason: 'invalidQuery' }] },
      });
    const { id } = await listen(stage);
    expect((await call(stage, ['PUT', `${path}/${id}/secret`], { body: { secret: '' } })).status).toBe(400);
  });
});

describe('notifications of dcsa_tnt', () => {
  it('are arrays of the events since the subscription, signed over the bytes', async () => {
    const stage = await startStage();
    const { server, codes, id } = await listen(stage);
    const asked = async () => rowsOf(await events(stage, `equipmentReference=${box}`));
    const before = await asked();
    expect(before).not.toEqual([]);
    expect(await stage.control.notify()).toBe(0);
    stage.moveTo(minutes(420));
    expect(await stage.control.notify()).toBe(1);
    expect(await stage.control.notify()).toBe(0);
    stage.moveTo(minutes(1_440));
    await stage.control.notify();
    const [first, second] = codes();
    expect(first).toEqual(expect.arrayContaining(['LOAD', 'DEPA', 'ARRI', 'DISC']));
    expect(second).toEqual(['GTOT', 'GTIN']);
    expect(codes().flat()).toHaveLength((await asked()).length - before.length);
    for (const { rawBody, headers } of server.requests)
      expect(headers).toMatchObject({
        'subscription-id': id,
        'api-version': '2.2.0',
        'notification-signature': `sha256=${createHmac('sha256', key).update(rawBody).digest('hex')}`,
      });
  });

  it('are signed with the secret that was given last', async () => {
    const stage = await startStage();
    const { server, id } = await listen(stage);
    const renewed = Buffer.from('another secret');
    const body = { secret: renewed.toString('base64') };
    expect(await call(stage, ['PUT', `${path}/${id}/secret`], { body })).toEqual({ status: 204, json: null });
    stage.moveTo(minutes(420));
    await stage.control.notify();
    const [{ rawBody, headers } = { rawBody: Buffer.alloc(0), headers: {} }] = server.requests;
    const digest = createHmac('sha256', renewed).update(rawBody).digest('hex');
    expect(headers).toMatchObject({ 'notification-signature': `sha256=${digest}` });
  });

  it('are of the kinds that were asked for', async () => {
    const stage = await startStage();
    const { codes } = await listen(stage, { equipmentReference: box, eventType: 'TRANSPORT' });
    stage.moveTo(minutes(1_440));
    await stage.control.notify();
    expect(new Set(codes().flat())).toEqual(new Set(['ARRI', 'DEPA']));
  });

  it('come twice, or not at all, where that is ordered', async () => {
    const stage = await startStage();
    const { server } = await listen(stage);
    const set = (settings: object) =>
      stage.control.setSettings({ providerId: 'dcsa_tnt', settings: { ...settings } });
    set({ silent: true });
    stage.moveTo(minutes(420));
    expect(await stage.control.notify()).toBe(0);
    set({ duplicates: true });
    expect(await stage.control.notify()).toBe(2);
    const [one, other] = server.requests.map(({ rawBody }) => rawBody.toString());
    expect(one).toBe(other);
  });
});
