import { z } from 'zod';
import { hexOf } from '../../hash.ts';
import type { World } from '../../world/world.ts';
import type { WireAnswer, WireRequest } from '../provider.ts';
import { readSettings } from '../provider.ts';
import { cnFault } from './errors.ts';

/** Settings of `cn`: how long a token lives, in seconds of real time (the vendor's: about one hour). */
export const cnSettings = z.strictObject({ tokenSeconds: z.number().int().min(0).default(3_599) });

/** Made-up clients. The second may log in but has not the product: 403 on every question. */
export const cnClients = [
  { key: 'simulated-cn-key', secret: 'simulated-cn-secret', hasProduct: true },
  { key: 'simulated-cn-no-product', secret: 'simulated-cn-secret', hasProduct: false },
] as const;

interface Token {
  expiresAt: number;
  hasProduct: boolean;
}

export interface TokenDesk {
  issue(request: WireRequest): WireAnswer;
  /** Null when the request may pass, else the refusal. */
  refuse(request: WireRequest): WireAnswer | null;
}

function grant(world: World, key: string, issued: number) {
  const { tokenSeconds } = readSettings(world, 'cn', cnSettings);
  return {
    organization_name: 'simulated',
    'developer.email': 'simulated@developer.example',
    client_id: key,
    access_token: hexOf(world.seed, 'cn-token', issued, world.now()).slice(0, 28),
    issued_at: String(world.now()),
    token_type: 'BearerToken',
    application_name: 'simulated-application',
    scope: null,
    expires_in: String(tokenSeconds),
    refresh_count: '0',
    status: 'approved',
  };
}

// Key and secret in one header, and the key once more in another: both are asked for.
function clientOf({ headers }: WireRequest) {
  const basic = /^Basic (\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
  const login = Buffer.from(basic, 'base64').toString('utf8');
  return cnClients.find(({ key, secret }) => login === `${key}:${secret}` && headers['x-apikey'] === key);
}

/** Tokens of `cn`: issued for key and secret, checked on every other request. */
export function createTokenDesk(world: World): TokenDesk {
  const tokens = new Map<string, Token>();
  let issued = 0;
  return {
    issue(request) {
      if (request.url.searchParams.get('grant_type') !== 'client_credentials')
        return cnFault(400, 'grant_type must be client_credentials');
      const client = clientOf(request);
      if (!client) return cnFault(401, 'Invalid ApiKey');
      issued += 1;
      const body = grant(world, client.key, issued);
      const expiresAt = world.now() + Number(body.expires_in) * 1_000;
      tokens.set(body.access_token, { expiresAt, hasProduct: client.hasProduct });
      return { status: 200, headers: { 'cache-control': 'no-store' }, body };
    },
    refuse(request) {
      const bearer = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
      const token = tokens.get(bearer);
      if (!token) return cnFault(401);
      if (token.expiresAt <= world.now()) return cnFault(401, 'Access Token expired');
      return token.hasProduct ? null : cnFault(403);
    },
  };
}
