import { type Credential, credentialAnswer, credentialBody, type Issue, opaqueId } from '@envase/contracts';
import type { CredentialMeta, CredentialRepository, Tenant } from '@envase/db';
import { endpoint, type Route, type TokenBucket } from '@envase/http';
import type { findProvider, Provider, ProviderManifest } from '@envase/providers';
import { AppError, type Clock } from '@envase/runtime';
import { z } from 'zod';
import { isGranted } from '../events/resolve-owner.ts';
import { tenantOf } from '../tenant.ts';
import type { CheckLogin } from './check-login.ts';

const scope = 'connectdata/events';
const path = '/api/credentials/:providerId';
const params = z.object({ providerId: z.string().regex(/^[\w-]{1,64}$/) });
const query = z.object({ orgId: opaqueId });
const maxFieldLength = 8_192;

export interface CredentialRouteDeps {
  credentials: CredentialRepository;
  findProvider: typeof findProvider;
  checkLogin: CheckLogin;
  /** Logins that one client puts: each may cost a request to a provider. */
  limit: TokenBucket;
  clock: Pick<Clock, 'now'>;
}

/** Logins of customers at providers: put whole, sealed, never read back (contract s7, s10 "logins"; quality S5). */
export function credentialRoutes(deps: CredentialRouteDeps): Route[] {
  return [putRoute(deps), readRoute(deps), removeRoute(deps)];
}

function putRoute(deps: CredentialRouteDeps): Route {
  const { credentials, clock } = deps;
  return {
    method: 'PUT',
    path,
    endpoint: endpoint({
      scope,
      summary: 'Put the login of an organization at a provider',
      params,
      body: credentialBody,
      limit: deps.limit,
      answers: { 200: credentialAnswer, 201: credentialAnswer },
      handle: async ({ client, params: { providerId }, body }) => {
        const { orgId } = body;
        const provider = requireProvider(deps, providerId);
        const fields = readFields(provider.manifest, body);
        if (!isGranted(client.grants, { orgId, svcId: null })) {
          throw new AppError('forbidden', 'This client may not act for that organization');
        }
        const status = await checkNow(deps, provider, fields);
        const now = new Date(clock.now());
        const checkedAt = status === 'accepted' ? now : null;
        const { id } = provider.manifest;
        const given = { orgId, providerId: id, fields, status, checkedAt, now };
        const { created, credential } = await credentials.put(tenantOf(client), given);
        const answer = present(credential);
        return { status: created ? 201 : 200, body: answer, audit: { after: answer } };
      },
    }),
  };
}

async function checkNow(deps: CredentialRouteDeps, provider: Provider, fields: Record<string, string>) {
  const status = await deps.checkLogin(provider, fields);
  if (status !== 'refused') return status;
  const message = 'the provider refuses this login';
  const details = Object.keys(fields).map((name) => ({ path: `/${name}`, message }));
  throw new AppError('invalid_request', `${provider.manifest.name} refuses this login`, { details });
}

/** The values of the fields that the manifest names. Throws `invalid_request` with every fault. */
function readFields(
  { credentials }: ProviderManifest,
  body: Record<string, unknown>,
): Record<string, string> {
  const fields: Record<string, string> = {};
  const issues: Issue[] = [];
  for (const name of credentials.fields) {
    const value = Object.hasOwn(body, name) ? body[name] : undefined;
    if (typeof value === 'string' && value !== '' && value.length <= maxFieldLength) fields[name] = value;
    else issues.push({ path: `/${name}`, message: `a text of 1 to ${maxFieldLength} characters` });
  }
  if (issues.length === 0) return fields;
  throw new AppError('invalid_request', 'The login is not whole', { details: issues });
}

function readRoute(deps: CredentialRouteDeps): Route {
  return {
    method: 'GET',
    path,
    endpoint: endpoint({
      scope,
      summary: 'Read which login an organization has at a provider, without its values',
      params,
      query,
      answers: { 200: credentialAnswer },
      handle: async ({ client, params: { providerId }, query: { orgId } }) => {
        const credential = await find(deps, tenantOf(client), { orgId, providerId });
        return { status: 200, body: present(credential) };
      },
    }),
  };
}

function removeRoute(deps: CredentialRouteDeps): Route {
  return {
    method: 'DELETE',
    path,
    endpoint: endpoint({
      scope,
      summary: 'Remove the login of an organization at a provider',
      params,
      query,
      answers: { 204: z.undefined() },
      handle: async ({ client, params: { providerId }, query: { orgId } }) => {
        const tenant = tenantOf(client);
        const credential = await find(deps, tenant, { orgId, providerId });
        await deps.credentials.remove(tenant, orgId, credential.providerId);
        return { status: 204, audit: { before: present(credential) } };
      },
    }),
  };
}

async function find(
  { credentials, findProvider: findOne }: CredentialRouteDeps,
  tenant: Tenant,
  of: { orgId: string; providerId: string },
): Promise<CredentialMeta> {
  const id = findOne(of.providerId)?.manifest.id;
  const credential = id === undefined ? null : await credentials.get(tenant, of.orgId, id);
  if (!credential) throw new AppError('not_found', 'There is no such login');
  return credential;
}

function requireProvider({ findProvider: findOne }: CredentialRouteDeps, id: string): Provider {
  const provider = findOne(id);
  if (!provider) throw new AppError('not_found', 'There is no such provider');
  if (provider.manifest.credentials.owner === 'customer') return provider;
  throw new AppError('invalid_request', `${provider.manifest.name} takes no login of a customer`);
}

function present({ providerId, orgId, fields, status, checkedAt }: CredentialMeta): Credential {
  return { providerId, orgId, fields, status, checkedAt: checkedAt?.toISOString() ?? null };
}
