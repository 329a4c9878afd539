import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Peer, startPeer } from '../conformance/peer.ts';
import { ProviderError } from '../provider.ts';
import { createProviderHttp, type ProviderHttpOptions } from './http.ts';

const pem = (name: string) => readFileSync(new URL(`./fixtures/${name}.pem`, import.meta.url), 'utf8');
const certificateAuthority = pem('authority');

let peer: Peer;
beforeAll(async () => {
  peer = await startPeer(() => ({ body: {} }), {
    certificate: pem('server'),
    key: pem('server-key'),
    clientAuthority: certificateAuthority,
  });
});
afterAll(() => peer.close());

async function ask(https: NonNullable<ProviderHttpOptions['https']>): Promise<string> {
  const http = createProviderHttp({
    baseUrl: peer.baseUrl,
    timeoutMs: 5_000,
    spend: async () => undefined,
    https,
  });
  try {
    await http.ask({ method: 'POST', path: '/units', json: {}, schema: z.looseObject({}) });
    return 'answered';
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    expect(error.message).not.toContain('BEGIN');
    return error.code;
  } finally {
    http.close();
  }
}

describe('mutual TLS', () => {
  const client = { certificate: pem('client'), key: pem('client-key') };

  it('logs in with a certificate of the right authority', async () => {
    expect(await ask({ ...client, certificateAuthority })).toBe('answered');
  });

  it('is a failed login without a certificate and with an unusable one', async () => {
    const mixed = { certificate: client.certificate, key: pem('stranger-key') };
    const garbled = { certificate: 'no certificate', key: client.key };
    expect(await ask({ certificateAuthority })).toBe('login_failed');
    expect(await ask({ ...mixed, certificateAuthority })).toBe('login_failed');
    expect(await ask({ ...garbled, certificateAuthority })).toBe('login_failed');
  });

  it('calls a server that hangs up on a foreign certificate without a word unavailable', async () => {
    const stranger = { certificate: pem('stranger'), key: pem('stranger-key') };
    expect(await ask({ ...stranger, certificateAuthority })).toBe('provider_unavailable');
  });

  it('calls a server that nobody vouches for unavailable', async () => {
    expect(await ask(client)).toBe('provider_unavailable');
  });
});
