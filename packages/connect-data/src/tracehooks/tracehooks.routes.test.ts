import { createHmac } from 'node:crypto';
import { inbox as inboxQueue } from '@envase/queues';
import { clearFailpoints, setFailpoint } from '@envase/runtime';
import { waitFor } from '@envase/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../../test/start-test-api.ts';

const secret = 'made-up-secret';
const carrierKey = Buffer.from('another made-up secret');
let api: TestApi;

beforeAll(async () => {
  api = await startTestApi({
    config: { HOOK_SECRETS: { terminal49: secret, dcsa_tnt: carrierKey.toString('base64') } },
  });
});
afterAll(() => api[Symbol.asyncDispose]());
afterEach(() => clearFailpoints());

const bytes = Buffer.from('{"data": {"id": "1",  "type": "webhook_notification"}} \n');
const sign = (body: Buffer, key = secret) => createHmac('sha256', key).update(body).digest('hex');

function send(path: string, { body = bytes, signature = sign(body) as string | null } = {}) {
  const headers = {
    'content-type': 'application/json',
    ...(signature && { 'x-t49-webhook-signature': signature }),
  };
  return fetch(`${api.url}${path}`, { method: 'POST', body, headers });
}

const kept = async () => {
  const owing = await api.db.repositories.inbox.findOwing(new Date(Date.now() + 60_000), 100);
  return Promise.all(owing.map(({ id }) => api.db.repositories.inbox.get(id)));
};

describe('what a provider sends', () => {
  it('is kept byte for byte before it is answered, owed, and queued', async () => {
    expect((await send('/tracehooks/terminal49')).status).toBe(204);
    const [item] = await kept();
    expect(item).toMatchObject({ providerId: 'terminal49', path: '', contentType: 'application/json' });
    expect(Buffer.from(item?.body ?? [])).toEqual(bytes);
    await waitFor(async () => (await api.producer.counts(inboxQueue)).waiting > 0, { what: 'the job' });
  });

  it('comes to any path below the provider, in any spelling of its id', async () => {
    for (const path of ['/tracehooks/Terminal49/events/new', '/tracehooks/terminal49/x'])
      expect((await send(path)).status).toBe(204);
    expect((await kept()).map((item) => item?.path)).toEqual(expect.arrayContaining(['events/new', 'x']));
  });

  it.each([
    ['no signature', null],
    ['an empty one', ''],
    ['that of another secret', sign(bytes, 'another-secret')],
    ['that of another body', sign(Buffer.from('{}'))],
    ['no hex', 'z'.repeat(64)],
    ['one in capitals', sign(bytes).toUpperCase()],
  ])('with %s is refused and not kept', async (_what, signature) => {
    const before = (await kept()).length;
    const answer = await send('/tracehooks/terminal49', { signature });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ code: 'unauthorized' });
    expect(await kept()).toHaveLength(before);
  });

  it('by a carrier is kept with the address that says which box it is about', async () => {
    const body = Buffer.from('[{"eventID":"e1","eventType":"TRANSPORT"}]');
    const digest = createHmac('sha256', carrierKey).update(body).digest('hex');
    const tell = (signature: string) =>
      fetch(`${api.url}/tracehooks/dcsa_tnt/XTRU1000018`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', 'Notification-Signature': signature },
      });
    expect((await tell(digest)).status).toBe(401);
    expect((await tell(`sha256=${digest}`)).status).toBe(204);
    const [item] = (await kept()).filter((one) => one?.providerId === 'dcsa_tnt');
    expect(item?.path).toBe('XTRU1000018');
    expect(Buffer.from(item?.body ?? [])).toEqual(body);
  });

  it('is refused where no secret is configured, and not known where nobody sends', async () => {
    await using bare = await startTestApi({ sharing: api });
    const headers = { 'x-t49-webhook-signature': sign(bytes, '') };
    const answer = await fetch(`${bare.url}/tracehooks/terminal49`, { method: 'POST', body: bytes, headers });
    expect(answer.status).toBe(401);
    for (const path of ['/tracehooks/apm', '/tracehooks/nobody/x', '/tracehooks/constructor', '/tracehooks'])
      expect((await send(path)).status).toBe(404);
  });

  it('is not read: what is no JSON is kept too', async () => {
    const body = Buffer.from([0, 1, 2, 255]);
    expect((await send('/tracehooks/terminal49', { body })).status).toBe(204);
  });

  it('is not lost by a crash before the queue: it is kept and owed', async () => {
    setFailpoint('tracehooks.after-insert', 'throw');
    const before = (await kept()).length;
    expect((await send('/tracehooks/terminal49')).status).toBe(500);
    expect(await kept()).toHaveLength(before + 1);
  });
});
