import { signatureHeaders, verifySignature } from '@envase/contracts';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { ring } from './documents.ts';
import { useWorld } from './world.ts';

const world = useWorld();
const key = 'correct horse battery staple';

function standard(secret: string): Webhook {
  return new Webhook(`whsec_${Buffer.from(secret).toString('base64')}`);
}

/** Headers as the library wants them: one text each. */
function texts(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

describe('one delivery', () => {
  it('is the event as JSON, signed in both schemes', async () => {
    const { receive, addHook, owe, drain, clock } = world();
    const receiver = await receive();
    const hook = await addHook(`${receiver.url}/hook?a=1`, { signingKeys: [key] });
    const [due] = await owe(hook, [{}]);
    await drain(hook);

    const [request] = receiver.requests;
    expect(request).toMatchObject({ method: 'POST', path: '/hook?a=1' });
    expect(request?.json).toMatchObject({
      id: due?.eventId,
      action: 'TRACE_RESULT',
      payload: { note: 'grünes Tor' },
    });
    const headers = texts(request?.headers ?? {});
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'Envase-Trace',
      'webhook-id': due?.eventId,
    });
    const body = request?.rawBody ?? Buffer.alloc(0);
    const header = headers[signatureHeaders.envase] ?? '';
    expect(header).toMatch(new RegExp(`^t=${clock.now()},v1=[0-9a-f]{64}$`));
    expect(verifySignature({ header, body, key, now: clock.now() })).toBe(true);
    expect(standard(key).verify(body.toString(), headers)).toMatchObject({ id: due?.eventId });
    expect(() => standard('another key').verify(body.toString(), headers)).toThrow();
  });

  it('is recorded with its attempt', async () => {
    const { receive, addHook, owe, drain, delivery, hook: hookNow, clock } = world();
    const receiver = await receive();
    receiver.answerWith({ status: 202, body: 'thank you' });
    const hook = await addHook(receiver.url);
    const [due] = await owe(hook, [{}]);
    await drain(hook);

    const stored = await delivery(due?._id ?? '');
    expect(stored).toMatchObject({
      state: 'delivered',
      attemptCount: 1,
      deliveredAt: new Date(clock.now()),
      attempts: [{ status: 202, error: null, answer: 'thank you', at: new Date(clock.now()) }],
    });
    expect(stored.dueAt).toBeUndefined();
    expect((await hookNow(hook._id)).health).toMatchObject({
      status: 'enabled',
      lastSuccessAt: new Date(clock.now()),
    });
  });

  it('without a key carries only its id and time', async () => {
    const { receive, addHook, owe, drain, clock } = world();
    const receiver = await receive();
    const hook = await addHook(receiver.url);
    const [due] = await owe(hook, [{}]);
    await drain(hook);
    const headers = receiver.requests[0]?.headers ?? {};
    expect(headers[signatureHeaders.id]).toBe(due?.eventId);
    expect(headers[signatureHeaders.timestamp]).toBe(String(Math.floor(clock.now() / 1000)));
    expect(headers).not.toHaveProperty(signatureHeaders.envase);
    expect(headers).not.toHaveProperty(signatureHeaders.standard);
  });

  it("carries the hook's own headers, which may replace the agent", async () => {
    const { receive, addHook, owe, drain } = world();
    const receiver = await receive();
    const ownHeaders = { 'X-Api-Key': 'of the receiver', 'User-Agent': 'Their own' };
    const hook = await addHook(receiver.url, { ownHeaders });
    await owe(hook, [{}]);
    await drain(hook);
    expect(receiver.requests[0]?.headers).toMatchObject({
      'x-api-key': 'of the receiver',
      'user-agent': 'Their own',
      'content-type': 'application/json',
    });
  });

  it('goes under the name that its hook registered', async () => {
    const { receive, addHook, owe, drain } = world();
    const receiver = await receive();
    const hook = await addHook(receiver.url);
    await owe(hook, [{ type: 'BOOKING', action: 'TRACE_RESULTS' }], { action: 'TRACE_RESULT' });
    await drain(hook);
    expect(receiver.requests[0]?.json).toMatchObject({ type: 'BOOKING', action: 'TRACE_RESULT' });
  });
});

describe('a key that was replaced', () => {
  it('signs beside the new one for 24 h, then no more', async () => {
    const { receive, addHook, owe, drain, clock } = world();
    const receiver = await receive();
    const day = 24 * 60 * 60_000;
    const hook = await addHook(receiver.url, {
      signingKeys: ['the new key', 'the old key'],
      previousUntil: new Date(clock.now() + day),
    });
    await owe(hook, [{}]);
    await drain(hook);
    clock.advance(day);
    await owe(hook, [{}]);
    await drain(hook);

    const [during, after] = receiver.requests.map(({ headers, rawBody }) => ({
      headers: texts(headers),
      body: rawBody,
    }));
    if (!during || !after) throw new Error('two deliveries came');
    const previous = during.headers[signatureHeaders.envasePrevious] ?? '';
    const envase = { body: during.body, now: clock.now() - day };
    expect(
      verifySignature({
        ...envase,
        header: during.headers[signatureHeaders.envase] ?? '',
        key: 'the new key',
      }),
    ).toBe(true);
    expect(verifySignature({ ...envase, header: previous, key: 'the old key' })).toBe(true);
    expect(standard('the new key').verify(during.body.toString(), during.headers)).toBeDefined();
    expect(standard('the old key').verify(during.body.toString(), during.headers)).toBeDefined();

    expect(after.headers).not.toHaveProperty(signatureHeaders.envasePrevious);
    expect(after.headers[signatureHeaders.standard]?.split(' ')).toHaveLength(1);
    const header = after.headers[signatureHeaders.envase] ?? '';
    expect(verifySignature({ body: after.body, header, key: 'the new key', now: clock.now() })).toBe(true);
  });
});

describe('a delivery that cannot be made', () => {
  it('whose event is gone ends dead and leaves the others alone', async () => {
    const { receive, addHook, owe, drain, delivery, database, hook: hookNow } = world();
    const receiver = await receive();
    const hook = await addHook(receiver.url);
    const [lost, kept] = await owe(hook, [{}, {}]);
    await database.connection.collection<{ _id: string }>('events').deleteOne({ _id: lost?.eventId ?? '' });
    await drain(hook);
    expect(await delivery(lost?._id ?? '')).toMatchObject({
      state: 'dead',
      attempts: [{ status: null, error: 'The event is no longer kept' }],
    });
    expect(await delivery(kept?._id ?? '')).toMatchObject({ state: 'delivered' });
    expect((await hookNow(hook._id)).health.status).toBe('enabled');
  });

  it('of a hook whose seal is broken is tried on the schedule, and delivered once the seal holds', async () => {
    const { receive, addHook, owe, drain, delivery, clock, lines } = world();
    const receiver = await receive();
    const hook = await addHook(receiver.url, { signingKeys: [key] });
    const [due] = await owe(hook, [{}]);
    const broken = { ...ring, open: () => ring.open(ring.seal(key, 'somebody else'), hook._id) };
    await drain(hook, { ring: broken });
    expect(receiver.requests).toHaveLength(0);
    const stored = await delivery(due?._id ?? '');
    expect(stored).toMatchObject({
      state: 'retrying',
      attemptCount: 1,
      dueAt: new Date(clock.now() + 5_000),
    });
    expect(stored.attempts[0]?.error).toContain('cannot be opened');
    expect(lines.join('')).toContain('The secrets of a web-hook cannot be opened');
    clock.advance(5_000);
    await drain(hook);
    expect(await delivery(due?._id ?? '')).toMatchObject({ state: 'delivered', attemptCount: 2 });
  });
});
