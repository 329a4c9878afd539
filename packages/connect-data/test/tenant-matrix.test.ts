import { findHookSource } from '@envase/providers';
import { waitFor } from '@envase/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiAnswer, ApiClient, SendOptions } from './api-client.ts';
import { startTestApi, type TestApi } from './start-test-api.ts';
import { type Caller, grants, listRows, type OneThing, type World } from './tenant-rows.ts';

let api: TestApi;
let callers: Record<Caller, ApiClient>;

const strangers = ['otherService', 'otherOrg'] as const;

beforeAll(async () => {
  api = await startTestApi();
  const names = Object.keys(grants) as Caller[];
  const clients = await Promise.all(names.map((name) => api.addClient({ grants: [grants[name]] })));
  callers = Object.fromEntries(names.map((name, at) => [name, clients[at]])) as typeof callers;
  Object.assign(world, { api, callers });
});
afterAll(() => api[Symbol.asyncDispose]());

// Rows are listed before there is an API, and used after.
const world = {} as World;
const matrix = listRows(world);

const strangersTo = ({ isOrganizations }: OneThing) =>
  strangers.filter((one) => !isOrganizations || one !== 'otherService');

/** Without what differs from request to request. */
const same = ({ status, body }: ApiAnswer) => ({ status, body: { ...body, requestId: '' } });
const optionsOf = (row: OneThing): SendOptions => (row.body === undefined ? {} : { body: row.body });
const rows = Object.entries(matrix).map(([name, row]) => ({ name, row, method: name.split(' ')[0] ?? '' }));
const rowsOf = <K extends string>(kind: K) =>
  rows.flatMap((one) =>
    // The kind was compared on this line.
    one.row.kind === kind ? [{ ...one, row: one.row as Extract<typeof one.row, { kind: K }> }] : [],
  );

describe('the matrix', () => {
  it('has a row for every route that takes a token, and no other', () => {
    const guarded = api.routes.filter(({ endpoint }) => endpoint.scope !== null);
    const routes = guarded.map(({ method, path }) => `${method} ${path}`);
    expect(Object.keys(matrix).sort()).toEqual(routes.sort());
  });

  it('leaves no route open but the description and those of providers, at their own paths', () => {
    const open = api.routes.filter(({ endpoint }) => endpoint.scope === null).map(({ path }) => path);
    const isInbound = (path: string) => {
      const [, first = ''] = path.split('/');
      return first === 'tracehooks' || findHookSource(first) !== null;
    };
    const described = ['/api/openapi.json', '/api/asyncapi.json', '/docs', '/docs/:file'];
    expect(open.filter((path) => !isInbound(path))).toEqual(described);
  });
});

describe.each(rowsOf('one'))('$name', ({ row, method }) => {
  const ask = (caller: ApiClient, id: string) => caller.send(method, row.path(id), optionsOf(row));

  it('answers a stranger like an unknown id, and changes nothing', async () => {
    const id = await row.make();
    const expected = same(await ask(callers.own, row.unknown()));
    expect(expected.status).toBe(404);
    for (const stranger of strangersTo(row)) {
      expect(same(await ask(callers[stranger], id)), stranger).toEqual(expected);
      expect(same(await ask(callers[stranger], row.unknown())), stranger).toEqual(expected);
    }
    const status = row.status ?? (method === 'DELETE' ? 204 : 200);
    const colleague = await ask(callers.colleague, id);
    if (row.isClients) expect(same(colleague)).toEqual(expected);
    else expect(colleague.status).toBe(status);
    const still = colleague.status === 204 ? await row.make() : id;
    expect((await ask(callers.own, still)).status).toBe(status);
  });

  it.each(row.malformed)('answers 404 for %s', async (id) => {
    const answer = await ask(callers.own, encodeURIComponent(id));
    expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
  });
});

describe.each(rowsOf('list'))('$name', ({ row }) => {
  const idsSeen = async (caller: Caller) => {
    const { status, body } = await callers[caller].get(row.path());
    expect(status).toBe(200);
    return (body.data as { id: string }[]).map(({ id }) => id);
  };

  it('shows what is one’s own and nothing else', async () => {
    const id = await row.make();
    expect(await idsSeen('own')).toContain(id);
    for (const stranger of strangers) expect(await idsSeen(stranger)).toEqual([]);
    if (row.isClients) expect(await idsSeen('colleague')).toEqual([]);
    else expect(await idsSeen('colleague')).toContain(id);
  });
});

describe.each(rowsOf('named'))('$name', ({ row, method }) => {
  const send = (body: unknown) => callers.own.send(method, row.path, { body });
  const foreign = [
    ...(row.isOrganizations ? [] : [grants.otherService]),
    { orgId: 'org-b', svcId: 'svc-1' },
    { orgId: 'unknown', svcId: 'svc-1' },
  ];

  it('acts for what is granted, and answers 403 alike for all else', async () => {
    expect((await send(row.bodyFor(grants.own))).status).toBe(row.status);
    const answers = await Promise.all(foreign.map((owner) => send(row.bodyFor(owner))));
    expect(answers.map(({ status }) => status)).toEqual(foreign.map(() => 403));
    expect(new Set(answers.map((answer) => JSON.stringify(same(answer)))).size).toBe(1);
  });

  it.each(row.malformed)('answers 400 for %j', async (owner) => {
    const body = { ...(row.bodyFor(grants.own) as object), ...(owner as object) };
    expect((await send(body)).status).toBe(400);
  });
});

describe.each(rowsOf('count'))('$name', ({ row }) => {
  it('counts what is one’s own and nothing else', async () => {
    await row.make();
    const countsOf = async (caller: ApiClient) => {
      const { body } = await caller.get(row.path);
      const figures = (body.data as Record<string, unknown>[]).flatMap((one) => Object.values(one));
      return figures.filter((figure) => typeof figure === 'number' && figure > 0).length;
    };
    await waitFor(async () => (await countsOf(callers.own)) > 0, { what: 'the count' });
    expect((await countsOf(callers.colleague)) > 0).toBe(row.isClients !== true);
    for (const stranger of strangers) expect(await countsOf(callers[stranger])).toBe(0);
  });
});

describe.each(rowsOf('common'))('$name', ({ row }) => {
  it('is the same for everybody', async () => {
    const answers = await Promise.all(Object.values(callers).map((caller) => caller.get(row.path)));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers[0]?.status).toBe(200);
  });
});

describe.each(rows)('$name', ({ row, method }) => {
  const pathOf = () => {
    if (row.kind === 'one') return row.path(row.unknown());
    return row.kind === 'list' ? row.path() : row.path;
  };
  const ask = (caller: ApiClient, headers: Record<string, string> = {}) =>
    caller.send(method, pathOf(), { ...(method === 'GET' ? {} : { body: {} }), headers });

  it('answers 401 without a token, with a forged one and to a disabled client', async () => {
    const disabled = await api.addClient({ grants: [grants.own], status: 'disabled' });
    const { own } = callers;
    const answers = [
      await ask(own, { authorization: '' }),
      await ask(own, { authorization: `Bearer ${own.token.slice(0, -4)}AAAA` }),
      await ask(disabled),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
    expect(answers.every(({ headers }) => headers.get('www-authenticate')?.startsWith('Bearer'))).toBe(true);
  });

  it('answers 403 to a token of another scope, and to a client without grants', async () => {
    const admin = await api.addClient({
      grants: [grants.own],
      scopes: ['connectdata/admin', 'connectdata/events'],
      scope: 'connectdata/admin',
    });
    const answer = await ask(admin);
    expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
    const bare = await api.addClient({ grants: [] });
    const bareStatus = (await ask(bare)).status;
    expect([400, 403].includes(bareStatus) || row.kind === 'common').toBe(true);
  });
});
