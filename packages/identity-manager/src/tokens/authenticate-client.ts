import { keyedHash, safeEqual } from '@envase/runtime';
import { invalidClient, OAuthError } from '../oauth-error.ts';
import type { ClientStore, StoredClient } from '../ports.ts';

export interface Credentials {
  clientId: string;
  secret: string;
}

/** The client that these credentials name; throws `invalid_client` alike for every reason it may have. */
export type AuthenticateClient = (credentials: Credentials) => Promise<StoredClient>;

const BASIC = /^basic +([A-Za-z0-9+/_-]+={0,2})$/i;
const MAX_ID_CHARS = 128;

/**
 * Client authentication by Basic or by the body, not both (contract s1, RFC 6749 s2.3). Throws `invalid_request` for both at once,
 * `invalid_client` for none and for a header that cannot be read.
 */
export function readCredentials(
  authorization: string | undefined,
  parameters: ReadonlyMap<string, string>,
): Credentials {
  const clientId = parameters.get('client_id');
  const secret = parameters.get('client_secret');
  if (authorization === undefined) {
    if (clientId === undefined || secret === undefined) throw invalidClient();
    return { clientId, secret };
  }
  if (secret !== undefined) {
    throw new OAuthError('invalid_request', 'Authenticate by the header or by the body, not by both');
  }
  const credentials = readBasic(authorization);
  if (clientId !== undefined && clientId !== credentials.clientId) {
    throw new OAuthError('invalid_request', 'client_id differs from the Authorization header');
  }
  return credentials;
}

function readBasic(authorization: string): Credentials {
  const encoded = BASIC.exec(authorization)?.[1];
  const text = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 1) throw invalidClient();
  return { clientId: decodePart(text.slice(0, colon)), secret: decodePart(text.slice(colon + 1)) };
}

/** RFC 6749 s2.3.1 encodes both parts as in a form; many clients do not, so what does not decode stands for itself. */
function decodePart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Takes the same steps for every caller: one look-up, one keyed hash, two comparisons. */
export function createAuthenticateClient(deps: {
  clients: Pick<ClientStore, 'find'>;
  pepper: string;
}): AuthenticateClient {
  const { clients, pepper } = deps;
  return async ({ clientId, secret }) => {
    const client = await clients.find(clientId.slice(0, MAX_ID_CHARS));
    const given = keyedHash(pepper, secret);
    // An empty text equals no hash.
    const [newest = '', older = ''] = client?.secrets.map((one) => one.hash) ?? [];
    const matches = [safeEqual(given, newest), safeEqual(given, older)];
    if (client?.status !== 'active' || !matches.includes(true)) throw invalidClient();
    return client;
  };
}
