import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStage } from '../../test/stage.ts';

let folder: string;
const pem = (name: string) => readFileSync(join(folder, `${name}.pem`), 'utf8');

function openssl(...args: string[]): void {
  execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
}

const keyArgs = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];

function authority(name: string): void {
  openssl(
    'req',
    '-x509',
    ...keyArgs,
    '-subj',
    `/CN=${name}`,
    '-keyout',
    `${name}-key.pem`,
    '-out',
    `${name}.pem`,
  );
}

function certificate(name: string, signer: string): void {
  const signing = ['-CA', `${signer}.pem`, '-CAkey', `${signer}-key.pem`];
  const names = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1'];
  openssl(
    'req',
    '-x509',
    ...keyArgs,
    ...names,
    ...signing,
    '-keyout',
    `${name}-key.pem`,
    '-out',
    `${name}.pem`,
  );
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'simulator-tls-'));
  authority('trusted');
  authority('other');
  certificate('server', 'trusted');
  certificate('client', 'trusted');
  certificate('stranger', 'other');
});
afterAll(() => rmSync(folder, { recursive: true }));

async function start(refuseHandshake = false) {
  const bnsfTls = { key: pem('server-key'), cert: pem('server'), ca: pem('trusted'), refuseHandshake };
  const stage = await startStage({ bnsfTls });
  return { stage, url: stage.bnsfTlsUrl ?? '' };
}

function call(url: string, client?: string): Promise<{ status: number; text: string }> {
  const own = client ? { key: pem(`${client}-key`), cert: pem(client) } : {};
  return new Promise((resolve, reject) => {
    const asked = request(url, { ca: pem('trusted'), agent: false, ...own }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    asked.on('error', reject);
    asked.end();
  });
}

describe('bnsf over mutual TLS', () => {
  it('serves callers whose certificate its authority signed', async () => {
    const { url } = await start();
    expect(await call(`${url}/v1/units`, 'client')).toMatchObject({ status: 200, text: '{"elements":[]}' });
  });

  it('answers a short 403 to callers without one, or with one of another authority', async () => {
    const { url, stage } = await start();
    for (const client of [undefined, 'stranger']) {
      expect(await call(`${url}/v1/units`, client)).toEqual({ status: 403, text: 'Access Denied' });
      expect(await call(`${url}/nowhere`, client)).toEqual({ status: 403, text: 'Access Denied' });
    }
    expect(await call(`${url}/healthcheck`)).toEqual({ status: 200, text: '<status>ok</status>' });
    expect(stage.control.requests().map((one) => one.status)).toEqual([403, 403, 403, 403, 200]);
  });

  it('breaks the handshake instead where it is told to', async () => {
    const { url } = await start(true);
    await expect(call(`${url}/v1/units`)).rejects.toThrow();
    expect((await call(`${url}/v1/units`, 'client')).status).toBe(200);
  });

  it('serves nothing but that provider there', async () => {
    const { url } = await start();
    expect((await call(new URL('/control/journeys', url).href, 'client')).status).toBe(404);
  });
});
