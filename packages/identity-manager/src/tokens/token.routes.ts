import {
  type AnyInput,
  type DescribedAnswer,
  type DescribedBody,
  endpoint,
  type Reply,
  type Route,
  type TokenVerifier,
} from '@envase/http';
import type { Clock } from '@envase/runtime';
import { z } from 'zod';
import { answerOAuth, OAuthError, oauthRefusals } from '../oauth-error.ts';
import type { ClientStore, RevocationStore } from '../ports.ts';
import { type AuthenticateClient, readCredentials } from './authenticate-client.ts';
import { isActive, mayHandle, readOwnToken, toRevocation } from './find-token.ts';
import type { IssueToken } from './issue-token.ts';
import { type RawQuery, rawQuery, readParameters } from './parameters.ts';
import type { TokenLimits } from './token-limits.ts';
import { introspection, issuedToken, ownTokenForm, tokenForm } from './token-schemas.ts';

export interface TokenRouteDeps {
  authenticateClient: AuthenticateClient;
  issueToken: IssueToken;
  limits: TokenLimits;
  verifier: TokenVerifier;
  clients: Pick<ClientStore, 'find'>;
  revocations: Pick<RevocationStore, 'add' | 'has'>;
  clock: Pick<Clock, 'now'>;
}

/** `/oauth2/*`: RFC 6749 s4.4, RFC 7009, RFC 7662 (contract s1). */
export function tokenRoutes(deps: TokenRouteDeps): Route[] {
  return [
    oauthRoute('token', {
      operationId: 'issueToken',
      summary: 'Issue a token',
      takes: tokenRequest,
      answer: { schema: issuedToken, headers: ['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset'] },
      handle: createHandleToken(deps),
    }),
    oauthRoute('revoke', {
      operationId: 'revokeToken',
      summary: 'Revoke a token; any token is answered alike',
      takes: { schema: ownTokenForm, type: formType },
      answer: z.object({}),
      handle: (input) => handleRevoke(input, deps),
    }),
    oauthRoute('introspect', {
      operationId: 'introspectToken',
      summary: 'Look into a token',
      takes: { schema: ownTokenForm, type: formType },
      answer: introspection,
      handle: (input) => handleIntrospect(input, deps),
    }),
  ];
}

type OAuthInput = Pick<AnyInput, 'headers' | 'rawBody' | 'address'> & { query: RawQuery };

type OAuthHandler = (input: OAuthInput, headers: Record<string, string>) => Promise<Reply>;

const formType = 'application/x-www-form-urlencoded';
const tokenRequest: DescribedBody = {
  schema: tokenForm,
  type: formType,
  examples: { plain: { grant_type: 'client_credentials' } },
};

interface OAuthRoute {
  operationId: string;
  summary: string;
  takes: DescribedBody;
  answer: DescribedAnswer;
  handle: OAuthHandler;
}

function oauthRoute(name: string, { answer, handle, ...said }: OAuthRoute): Route {
  return {
    method: 'POST',
    path: `/oauth2/${name}`,
    endpoint: endpoint({
      ...said,
      scope: null,
      accepts: 'any',
      query: rawQuery,
      answers: { 200: answer, ...oauthRefusals },
      handle: (input) => answerOAuth((headers) => handle(input, headers)),
    }),
  };
}

function parametersOf({ query, rawBody, headers }: OAuthInput): ReadonlyMap<string, string> {
  return readParameters({ query, rawBody, contentType: headers['content-type'] });
}

function createHandleToken(deps: TokenRouteDeps): OAuthHandler {
  const { authenticateClient, issueToken, limits } = deps;
  return async (input, headers) => {
    Object.assign(headers, limits.admitAddress(input.address));
    const parameters = parametersOf(input);
    const grantType = parameters.get('grant_type');
    if (grantType === undefined) throw new OAuthError('invalid_request', 'grant_type is missing');
    const client = await authenticateClient(readCredentials(input.headers.authorization, parameters));
    // From here on the client's own allowance is told, not that of its address.
    Object.assign(headers, limits.admitClient(client._id));
    if (grantType !== 'client_credentials') {
      throw new OAuthError('unsupported_grant_type', 'Only client_credentials is offered');
    }
    return { status: 200, body: issueToken(client, parameters.get('scope')) };
  };
}

/** 200 for any token, so that nobody learns which ones exist (RFC 7009 s2.2). */
async function handleRevoke(input: OAuthInput, deps: TokenRouteDeps): Promise<Reply> {
  const { client, claims } = await readTokenRequest(input, deps);
  const clientId = client._id;
  if (!claims || !mayHandle(client, claims)) return { status: 200, body: {}, audit: { clientId } };
  await deps.revocations.add(toRevocation(claims, deps.clock.now()));
  return { status: 200, body: {}, audit: { clientId, target: claims.jti } };
}

async function handleIntrospect(input: OAuthInput, deps: TokenRouteDeps): Promise<Reply> {
  const { client, claims } = await readTokenRequest(input, deps);
  const isVisible = claims !== null && mayHandle(client, claims);
  const owner = isVisible ? await deps.clients.find(claims.client_id) : null;
  if (!isVisible || !(await isActive(claims, owner, deps.revocations))) {
    return { status: 200, body: { active: false } };
  }
  return { status: 200, body: { active: true, token_type: 'Bearer', ...claims } };
}

async function readTokenRequest(input: OAuthInput, deps: TokenRouteDeps) {
  deps.limits.admitAddress(input.address);
  const parameters = parametersOf(input);
  const credentials = readCredentials(input.headers.authorization, parameters);
  const client = await deps.authenticateClient(credentials);
  const token = parameters.get('token');
  if (token === undefined) throw new OAuthError('invalid_request', 'token is missing');
  return { client, claims: await readOwnToken(deps.verifier, token) };
}
