import { verifyAudit } from '@envase/http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { payloadOf } from '../test/decode-token.ts';
import { callAdmin, fetchToken, postForm } from '../test/oauth-client.ts';
import { openTestIdentity, type TestIdentity } from '../test/open-test-identity.ts';

let identity: TestIdentity;
let operator: { id: string; secret: string };
let token: string;
beforeEach(async () => {
  identity = await openTestIdentity();
  operator = await identity.clients.create({
    name: 'Operator',
    scopes: ['connectdata/events', 'connectdata/admin'],
    grants: [{ orgId: 'o1', svcId: '*' }],
  });
  token = await fetchToken(identity.url, operator, 'connectdata/admin');
});
afterEach(() => identity.close());

const rowsOf = () =>
  identity.db.connection
    .collection('audit')
    .find({ n: { $gt: 0 } })
    .sort({ n: 1 })
    .toArray();
const tms = { name: 'TMS', scopes: ['connectdata/events'], grants: [] };

it('has one row of the platform for every mutating admin call, refused ones too, and none for tokens', async () => {
  const admin = (path: string, method: string, body?: object) =>
    callAdmin(`${identity.url}/admin/clients${path}`, { token, method, ...(body ? { body } : {}) });
  const { body } = await admin('', 'POST', tms);
  const id = String(body.id);
  await admin(`/${id}`, 'PATCH', { name: 'New' });
  await admin(`/${id}/secrets`, 'POST');
  await admin(`/${id}`, 'DELETE');
  await admin(`/${id}`, 'DELETE');
  await admin('', 'GET');
  await postForm(`${identity.url}/oauth2/introspect`, { token }, { as: operator });
  await postForm(`${identity.url}/oauth2/revoke`, { token }, { as: operator });
  await postForm(`${identity.url}/oauth2/revoke`, { token }, {});
  const rows = await rowsOf();
  expect(rows.map((row) => [row.chain, row.method, row.route, row.clientId, row.target, row.status])).toEqual(
    [
      ['platform', 'POST', '/admin/clients', operator.id, id, 201],
      ['platform', 'PATCH', '/admin/clients/:id', operator.id, id, 200],
      ['platform', 'POST', '/admin/clients/:id/secrets', operator.id, id, 201],
      ['platform', 'DELETE', '/admin/clients/:id', operator.id, id, 204],
      ['platform', 'DELETE', '/admin/clients/:id', operator.id, id, 404],
      ['platform', 'POST', '/oauth2/revoke', operator.id, payloadOf(token).jti, 200],
      ['platform', 'POST', '/oauth2/revoke', null, null, 401],
    ],
  );
  expect(rows.slice(0, 2).map((row) => row.after)).toEqual([
    expect.stringMatching(/^[0-9a-f]{64}$/),
    expect.stringMatching(/^[0-9a-f]{64}$/),
  ]);
  expect(JSON.stringify(rows)).not.toContain(String(body.secret));
  expect(await verifyAudit(identity.db.repositories.audit, 'platform')).toMatchObject({ ok: true, rows: 7 });
});

it('creates one client for a repeated Idempotency-Key, and shows its secret again', async () => {
  const create = () =>
    callAdmin(`${identity.url}/admin/clients`, {
      token,
      method: 'POST',
      body: tms,
      headers: { 'idempotency-key': 'k1' },
    });
  const [first, again] = [await create(), await create()];
  expect([first.status, again.status, again.body]).toEqual([201, 201, first.body]);
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  const kept = await identity.db.connection.collection('idempotency').find({}).toArray();
  expect(kept).toHaveLength(1);
  expect(JSON.stringify(kept)).not.toContain(String(first.body.secret));
  expect((await rowsOf()).map(({ isReplay }) => isReplay)).toEqual([false, true]);
});
