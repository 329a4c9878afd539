import { randomUUID } from 'node:crypto';
import type { StackFile } from '../src/launch/stack-file.ts';

export interface Answered {
  status: number;
  headers: Headers;
  // Whatever the API said; the tests assert what is in it.
  // biome-ignore lint/suspicious/noExplicitAny: read by assertions only
  body: any;
}

export async function tokenOf(
  file: StackFile,
  client: { id: string; secret: string; scope?: string },
): Promise<string> {
  const response = await fetch(`${file.urls.identityManager}/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}` },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      ...(client.scope && { scope: client.scope }),
    }),
  });
  // RFC 6749 s5.1
  const { access_token: token } = (await response.json()) as { access_token: string };
  return token;
}

/** Calls Connect Data with whatever a client may send. */
export async function call(
  file: StackFile,
  path: string,
  by: { token?: string; method?: string; body?: string; headers?: Record<string, string> } = {},
): Promise<Answered> {
  const { token, method = by.body === undefined ? 'GET' : 'POST', body } = by;
  const response = await fetch(`${file.urls.connectData}/api${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json', 'idempotency-key': randomUUID() }),
      ...by.headers,
    },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
}
