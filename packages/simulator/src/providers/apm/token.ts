import { z } from 'zod';
import { hexOf } from '../../hash.ts';
import type { World } from '../../world/world.ts';
import type { WireAnswer, WireRequest } from '../provider.ts';
import { memberOf, readSettings } from '../provider.ts';
import { apiError } from './errors.ts';

/** Settings of `apm`: how long a token lives, in seconds of real time (the vendor's: 30 minutes). */
export const apmSettings = z.strictObject({ tokenSeconds: z.number().int().min(0).default(1_800) });

/** Made-up clients. The second may log in but has no plan: 403 on every question. */
export const apmClients = [
  { clientId: 'simulated-apm-client', clientSecret: 'simulated-apm-secret', hasPlan: true },
  { clientId: 'simulated-apm-noplan', clientSecret: 'simulated-apm-secret', hasPlan: false },
] as const;

interface Token {
  expiresAt: number;
  hasPlan: boolean;
}

export interface TokenDesk {
  issue(request: WireRequest): WireAnswer;
  /** Null when the request may pass, else the refusal. */
  refuse(request: WireRequest): WireAnswer | null;
}

function grant(world: World, issued: number) {
  const { tokenSeconds } = readSettings(world, 'apm', apmSettings);
  return {
    refresh_token_expires_in: '0',
    api_product_list: '[Import Availability, Container Event History]',
    api_product_list_json: ['Import Availability', 'Container Event History'],
    organization_name: 'simulated',
    token_type: 'BearerToken',
    issued_at: String(world.now()),
    access_token: hexOf(world.seed, 'apm-token', issued, world.now()).slice(0, 28),
    scope: '',
    // The vendor's gateway sends seconds as a string; some of its clients saw a number.
    expires_in: issued % 2 === 1 ? String(tokenSeconds) : tokenSeconds,
    refresh_count: '0',
    status: 'approved',
  };
}

/** Tokens of `apm`: issued for client credentials, checked on every other request. */
export function createTokenDesk(world: World): TokenDesk {
  const tokens = new Map<string, Token>();
  let issued = 0;
  return {
    issue(request) {
      if (request.url.searchParams.get('grant_type') !== 'client_credentials')
        return apiError(400, 'grant_type must be client_credentials');
      const client = apmClients.find(
        ({ clientId, clientSecret }) =>
          memberOf(request.body, 'client_id') === clientId &&
          memberOf(request.body, 'client_secret') === clientSecret,
      );
      if (!client) return apiError(401, 'Client credentials are invalid');
      issued += 1;
      const body = grant(world, issued);
      const expiresAt = world.now() + Number(body.expires_in) * 1_000;
      tokens.set(body.access_token, { expiresAt, hasPlan: client.hasPlan });
      return { status: 200, headers: { 'cache-control': 'no-store' }, body };
    },
    refuse(request) {
      const bearer = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
      const token = tokens.get(bearer);
      if (!token) return apiError(401, 'Invalid access token');
      if (token.expiresAt <= world.now()) return apiError(401, 'Access token expired');
      return token.hasPlan ? null : apiError(403, 'The application has no plan for this product');
    },
  };
}
