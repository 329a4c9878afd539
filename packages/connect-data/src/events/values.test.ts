import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../../test/api-client.ts';
import { gateEvent } from '../../test/build.ts';
import { startTestApi, type TestApi } from '../../test/start-test-api.ts';

let api: TestApi;
let client: ApiClient;

beforeAll(async () => {
  api = await startTestApi();
  client = await api.addClient();
});
afterAll(() => api[Symbol.asyncDispose]());

const odd = [
  '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":2}},"toString":null}',
  '{"$where":"sleep(1)","a.b":{"$gt":""},"":0,"\\u0000":"\\u0000"}',
  '{"big":1e+300,"tiny":5e-324,"exact":9007199254740993,"text":"\\ud800 \\u2028 é"}',
  '{"2":"b","1":"a","list":[[],{},null,true]}',
];

/** As JavaScript reads it: contract s3, "value for value". */
const asRead = (json: string) => JSON.stringify(JSON.parse(json));

async function publishAndRead(json: string): Promise<{ answered: string; read: string }> {
  const { payload: _payload, ...envelope } = gateEvent();
  const text = `${JSON.stringify(envelope).slice(0, -1)},"payload":${json}}`;
  const answer = await client.send('POST', '/api/events', { text });
  expect(answer.status, answer.text).toBe(201);
  const read = await client.get(`/api/events/${String(answer.body.id)}`);
  return { answered: payloadOf(answer.text), read: payloadOf(read.text) };
}

function payloadOf(text: string): string {
  return JSON.stringify((JSON.parse(text) as { payload: unknown }).payload);
}

describe('payloads', () => {
  it.each(odd)('come back value for value: %s', async (json) => {
    const { answered, read } = await publishAndRead(json);
    expect(answered).toBe(asRead(json));
    expect(read).toBe(asRead(json));
  });

  it('come back value for value, whatever they hold', async () => {
    const payload = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 }), { maxKeys: 8 });
    await fc.assert(
      fc.asyncProperty(payload, async (value) => {
        const json = JSON.stringify(value);
        expect(await publishAndRead(json)).toEqual({ answered: asRead(json), read: asRead(json) });
      }),
      { numRuns: 40 },
    );
  });

  it('pollute no prototype', () => {
    const bare: Record<string, unknown> = {};
    expect(bare.polluted).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
