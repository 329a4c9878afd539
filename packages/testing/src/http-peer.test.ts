import { expect, it } from 'vitest';
import { createHttpPeer } from './http-peer.ts';

it('plays the service by its handler', async () => {
  const peer = await createHttpPeer((request) => ({ json: { path: request.path } }));
  expect(await (await fetch(`${peer.url}/v1/x`)).json()).toEqual({ path: '/v1/x' });
  await peer.close();
});

it('fails the test that sent a request nobody expected', async () => {
  const peer = await createHttpPeer(({ path }) => (path === '/known' ? 204 : undefined));
  expect((await fetch(`${peer.url}/known`)).status).toBe(204);
  expect((await fetch(`${peer.url}/unknown`, { method: 'DELETE' })).status).toBe(501);
  await expect(peer.close()).rejects.toThrow('unexpected requests: DELETE /unknown');
});
