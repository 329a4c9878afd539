import { createHttpPeer, type FullAnswer, type HttpPeer, type RecordedRequest } from '@envase/testing';
import { onTestFinished } from 'vitest';
import { type ClientOptions, createClient, type EnvaseClient } from '../src/index.ts';

export interface Platform {
  client: EnvaseClient;
  peer: HttpPeer;
  /** Requests below `/api`. */
  calls(): RecordedRequest[];
  /** Requests for a token. */
  tokenCalls(): RecordedRequest[];
}

type Reply = FullAnswer | number | 'drop' | 'hang';
export type Answers = (request: RecordedRequest, index: number) => Reply | Promise<Reply>;

/** Identity Manager and Connect Data as a client meets them: one real HTTP server, its answers scripted. */
export async function startPlatform(
  by: { api?: Answers; token?: Answers; client?: Partial<ClientOptions> } = {},
): Promise<Platform> {
  const { api = () => ({ json: {} }), token = (_request, index) => grant(`token-${index + 1}`) } = by;
  const isToken = ({ path }: RecordedRequest) => path === '/oauth2/token';
  const counts = { api: 0, token: 0 };
  const peer = await createHttpPeer((request) =>
    isToken(request) ? token(request, counts.token++) : api(request, counts.api++),
  );
  onTestFinished(() => peer.close());
  const client = createClient({
    connectDataUrl: peer.url,
    identityUrl: peer.url,
    clientId: 'tms',
    clientSecret: 'a secret',
    ...by.client,
  });
  return {
    client,
    peer,
    calls: () => peer.requests.filter((request) => !isToken(request)),
    tokenCalls: () => peer.requests.filter(isToken),
  };
}

export function grant(accessToken: string, expiresIn = 3600): FullAnswer {
  return {
    json: {
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: expiresIn,
      scope: 'connectdata/events',
    },
  };
}

export function refusal(status: number, code: string, headers: Record<string, string> = {}): FullAnswer {
  return { status, headers, json: { code, message: `it is ${code}`, requestId: 'request-1' } };
}
