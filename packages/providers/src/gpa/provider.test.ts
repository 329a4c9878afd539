import { readFileSync } from 'node:fs';
import { notFound, type Observed } from '@envase/domain';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { describeMapper, observedAt } from '../conformance/index.ts';
import { ProviderError } from '../provider.ts';
import { readAnswer } from './files.ts';
import { gpa } from './provider.ts';
import {
  type SampleServer,
  type SampleServerOptions,
  sampleLogin,
  startSampleServer,
} from './sample-server.ts';

const first = 'XTRU1000018';
const second = 'XTRU1000023';
const answer = readFileSync(new URL('fixtures/answer.csv', import.meta.url), 'utf8');
const [there, gone] = readAnswer(answer) ?? [];
const location = { type: 'terminal', siteId: 'urn:gpa:gct', name: 'Garden City Terminal' } as const;

const expected: Observed = {
  ...notFound(observedAt),
  found: true,
  description: '45G1',
  length: '40',
  isoType: '45G1',
  loaded: 'laden',
  billOfLading: 'SYNT0014',
  carrier: { type: 'vessel', steamshipLine: 'EXL', vessel: 'EXAMPLE TRADER', voyage: '012W' },
  destination: location,
  milestones: [{ code: 'grounded', time: { at: '2026-06-04T03:00:00-04:00' }, location }],
  holds: [{ type: 'customs', description: 'CUSTOMS', providerCode: 'CUSTOMS' }],
  lastFreeDays: [{ source: 'terminal', date: '2026-06-10' }],
  lot: '12A',
};

const sliceOf = (cells: object) => ({ ...there, ...cells });
const context = { service: 'availability', number: first, siteId: 'GCT', zone: null, observedAt } as const;

describeMapper(gpa, {
  service: 'availability',
  siteId: 'GCT',
  boxes: [first, second],
  unknownCodes: [
    { name: 'a state', slice: sliceOf({ 'T-State': 'Lost' }), code: 'T-State:LOST' },
    { name: 'a kind of freight', slice: sliceOf({ 'Frght Kind': 'ODD' }), code: 'Frght Kind:ODD' },
    { name: 'a category', slice: sliceOf({ Category: 'ODD' }), code: 'Category:ODD' },
    { name: 'a position', slice: sliceOf({ Position: 'somewhere' }), code: 'Position:somewhere' },
    { name: 'a time', slice: sliceOf({ 'Time In': 'soon' }), code: 'Time In:soon' },
    { name: 'a day', slice: sliceOf({ 'Last Free Day': 'soon' }), code: 'Last Free Day:soon' },
    { name: 'a hold', slice: sliceOf({ Holds: 'ODD ONE' }), code: 'Holds:ODD ONE' },
  ],
  localTime: {
    slice: (local, siteId) =>
      sliceOf({ 'Time In': local.slice(0, 16).replace('T', ' '), Position: siteId && `Y-${siteId}-1` }),
    code: 'grounded',
  },
  samples: [
    { number: first, slice: there },
    { number: second, slice: gone },
  ],
  mayAppear: ['grounded', 'outgated', 'rail-departed'],
});

async function setStage(options: SampleServerOptions = {}) {
  const server = await startSampleServer(options);
  onTestFinished(() => server.close());
  return server;
}

const signal = new AbortController().signal;
const asking = { service: 'availability', siteId: 'GCT', signal } as const;

function connect(
  server: SampleServer,
  more: { credentials?: object; timeoutMs?: number; spend?: () => Promise<void> } = {},
) {
  const credentials = { ...sampleLogin, hostKey: server.hostKey, ...more.credentials };
  const { timeoutMs = 10_000, spend = async () => undefined } = more;
  return gpa.connect({ baseUrl: server.baseUrl, credentials, timeoutMs, spend });
}

/** The files of a server by folder, as text. */
const inFolder = ({ files }: SampleServer, folder: string) =>
  [...files]
    .filter(([path]) => path.startsWith(folder))
    .map(([path, bytes]) => [path, bytes.toString()] as const);

async function order(server: SampleServer, numbers: readonly string[] = [first, second]) {
  const client = connect(server);
  const { references } = await client.request({ ...asking, numbers });
  const items = numbers.map((number) => ({ number, reference: references.get(number) ?? '' }));
  const [path = ''] = inFolder(server, '/in/').at(-1) ?? [];
  const put = (text: string) => server.files.set(path.replace('/in/', '/out/'), Buffer.from(text));
  const states = async () =>
    [...(await client.collect({ ...asking, items })).values()].map(({ state }) => state);
  return { client, items, put, states };
}

describe('gpa exchanges files', () => {
  it('one number per line, whole before it bears its name', async () => {
    const server = await setStage();
    const { items } = await order(server, ['xtru 100001-8', second]);
    expect(inFolder(server, '/')).toEqual([
      [expect.stringMatching(/^\/in\/[0-9a-f-]{36}\.csv$/), `${first}\n${second}\n`],
    ]);
    expect(new Set(items.map(({ reference }) => reference)).size).toBe(2);
    expect(server.sessions()).toBe(1);
  });

  it('and waits until there is an answer, whose records it maps', async () => {
    const server = await setStage();
    const { client, items, put, states } = await order(server);
    expect(await states()).toEqual(['waiting', 'waiting']);
    put(answer);
    const findings = await client.collect({ ...asking, items });
    const found = findings.get(items[0]?.reference ?? '');
    expect(found).toEqual({ state: 'found', slice: there });
    expect(gpa.map(there, context)).toEqual(expected);
    expect(gpa.map(gone, { ...context, number: second })).toMatchObject({
      milestones: [{ code: 'grounded' }, { code: 'outgated', time: { at: '2026-06-08T09:30:00-04:00' } }],
      holds: [],
      lot: null,
    });
  });

  it('and reads a file as often as a box of it is looked for', async () => {
    const { put, states } = await order(await setStage());
    put(answer);
    expect(await states()).toEqual(['found', 'found']);
    expect(await states()).toEqual(['found', 'found']);
  });

  it('and takes no half of a file for an answer, wherever within a row it ends', async () => {
    for (let end = 0; end < answer.length; end += 1) {
      const isEndOfRow = answer[end - 1] === '\n';
      expect(readAnswer(answer.slice(0, end)) === null).toBe(!isEndOfRow);
    }
    const { put, states } = await order(await setStage());
    put(answer.slice(0, -1));
    expect(await states()).toEqual(['waiting', 'waiting']);
  });

  it('and takes no file for an answer that grows while it is read', async () => {
    const [header = '', row = ''] = answer.split('\n');
    let looks = 0;
    const server = await setStage({
      beforeStat(path, files) {
        looks += 1;
        if (looks > 1) files.set(path, Buffer.from(answer));
      },
    });
    const { put, states } = await order(server);
    put(`${header}\n${row}\n`);
    expect(await states()).toEqual(['waiting', 'waiting']);
    expect(await states()).toEqual(['found', 'found']);
  });

  it('and asks again for a box that a whole file leaves out', async () => {
    const { put, states } = await order(await setStage());
    put(answer.split('\n').slice(0, 2).join('\n').concat('\n'));
    expect(await states()).toEqual(['found', 'not_found']);
    put(`${answer.split('\n')[0]}\n`);
    expect(await states()).toEqual(['not_found', 'not_found']);
  });

  it('and drops records nobody asked for, and of a box that comes twice keeps the last', async () => {
    const { client, items, put } = await order(await setStage(), [first]);
    const [header, row = ''] = answer.split('\n');
    put([header, row.replace('Yard', 'Inbound'), row, row.replace(first, 'XTRU1000091'), ''].join('\r\n'));
    const findings = await client.collect({ ...asking, items });
    expect([...findings.values()]).toEqual([{ state: 'found', slice: there }]);
  });

  it('and knows nothing of an order that is none of its own', async () => {
    const client = connect(await setStage());
    const items = [{ number: first, reference: '../../etc/passwd' }];
    const findings = await client.collect({ ...asking, items });
    expect([...findings.values()]).toEqual([{ state: 'void' }]);
  });

  it('from any text: what is read has the columns of its header', () => {
    const cell = fc.string({ maxLength: 8 }).map((text) => text.replaceAll('\uFEFF', '').trim());
    const table = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 5 });
    const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(table, (rows) => {
        const text = `A,B\n${rows.map((row) => `${row.map(quote).join(',')}\n`).join('')}`;
        expect(readAnswer(text)).toEqual(rows.map(([A, B]) => ({ A, B })));
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => void readAnswer(text)));
  });
});

describe('gpa fails', () => {
  const failureOf = async (server: SampleServer, more: Parameters<typeof connect>[1] = {}) => {
    const error = await connect(server, more)
      .request({ ...asking, numbers: [first] })
      .catch((thrown: unknown) => thrown);
    if (!(error instanceof ProviderError)) throw new Error('no ProviderError', { cause: error });
    for (const told of [error.message, String(error.cause)])
      for (const secret of [...Object.values(sampleLogin), server.baseUrl])
        expect(told).not.toContain(secret);
    return error.code;
  };

  it('with login_failed for a login that is refused, or that is not whole', async () => {
    expect(await failureOf(await setStage({ password: 'another' }))).toBe('login_failed');
    const server = await setStage();
    expect(await failureOf(server, { credentials: { hostKey: '' } })).toBe('login_failed');
    expect(server.sessions()).toBe(0);
  });

  it('with login_failed at a host that has not the pinned key, before it is told a password', async () => {
    const server = await setStage();
    const { hostKey } = await setStage();
    expect(await failureOf(server, { credentials: { hostKey } })).toBe('login_failed');
    expect(server.files.size).toBe(0);
  });

  it.each([
    ['a folder that is not there', 2, 'provider_answer'],
    ['a right that it lacks', 3, 'login_failed'],
    ['a failure of the server', 4, 'provider_answer'],
    ['a connection that ends', 'cut', 'provider_unavailable'],
    ['silence', 'hang', 'provider_timeout'],
  ] as const)('after %s', async (_what, fault, code) => {
    expect(await failureOf(await setStage({ fault }), { timeoutMs: 1_500 })).toBe(code);
  });

  it('with provider_unavailable where nobody listens', async () => {
    const server = await startSampleServer();
    await server.close();
    expect(await failureOf(server)).toBe('provider_unavailable');
  });

  it('without a session when the budget refuses it', async () => {
    const server = await setStage();
    const refused = new ProviderError('rate_limited', 'spent');
    const client = connect(server, { spend: () => Promise.reject(refused) });
    await expect(client.request({ ...asking, numbers: [first] })).rejects.toBe(refused);
    expect(server.sessions()).toBe(0);
  });

  it('with the reason of the caller', async () => {
    const server = await setStage({ fault: 'hang' });
    const controller = new AbortController();
    const requested = connect(server).request({ ...asking, numbers: [first], signal: controller.signal });
    controller.abort(new Error('stopping'));
    await expect(requested).rejects.toThrow('stopping');
  });
});
