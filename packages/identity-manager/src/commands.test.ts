import { AppError, createTestClock } from '@envase/runtime';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTestRing, logger, openTestDatabase, pepper } from '../test/open-test-identity.ts';
import { createClients } from './clients/clients.ts';
import {
  createClientCommand,
  disableClient,
  enableClient,
  type IdentityOperator,
  listClients,
  rotateClientSecret,
  rotateSigningKeys,
} from './commands.ts';
import { createSigningKeys } from './keys/signing-keys.ts';

let operator: IdentityOperator;
let close: () => Promise<void>;
beforeEach(async () => {
  const db = await openTestDatabase();
  const clock = createTestClock(Date.now());
  const { clients, signingKeys } = db.repositories;
  operator = {
    clients: createClients({ store: clients, pepper, clock }),
    keys: createSigningKeys({ store: signingKeys, keyRing: createTestRing(), clock, logger }),
  };
  close = db.close;
});
afterEach(() => close());

it('creates a client from words, with connectdata/events where no scope is given', async () => {
  const client = await createClientCommand(operator, { name: 'TMS', grants: ['o1:*', 'urn:org:2:svc'] });
  expect(client).toMatchObject({
    scopes: ['connectdata/events'],
    grants: [
      { orgId: 'o1', svcId: '*' },
      { orgId: 'urn:org:2', svcId: 'svc' },
    ],
    secret: expect.stringMatching(/^ets_/),
  });
});

it('refuses words that make no client, naming each', async () => {
  const wrong = createClientCommand(operator, { name: '', scopes: ['all'], grants: ['o1', 'o2:a b'] });
  const error: unknown = await wrong.catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'invalid_request' });
  const paths = error instanceof AppError ? error.details?.map((one) => one.path) : [];
  expect(new Set(paths)).toEqual(new Set(['/name', '/scopes/0', '/grants/0/orgId', '/grants/1/svcId']));
});

it('lists, disables, enables and gives new secrets', async () => {
  const { id, secret } = await createClientCommand(operator, { name: 'TMS' });
  expect((await disableClient(operator, id)).status).toBe('disabled');
  expect((await enableClient(operator, id)).status).toBe('active');
  expect((await rotateClientSecret(operator, id)).secret).not.toBe(secret);
  expect((await listClients(operator)).data.map((one) => one.id)).toEqual([id]);
  await expect(disableClient(operator, 'unknown')).rejects.toMatchObject({ code: 'not_found' });
});

it('rotates signing keys where no program has run yet', async () => {
  const { kid, activeFrom } = await rotateSigningKeys(operator);
  expect(operator.keys.jwks().map((one) => one.kid)).toContain(kid);
  expect(activeFrom.getTime()).toBeGreaterThan(Date.now());
  const stolen = await rotateSigningKeys(operator, { isStolen: true });
  expect(operator.keys.current().kid).toBe(stolen.kid);
});
