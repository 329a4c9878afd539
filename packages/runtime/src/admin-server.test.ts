import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { type AdminServer, type AdminServerOptions, isLoopback, startAdminServer } from './admin-server.ts';
import { createMetrics } from './metrics.ts';

let server: AdminServer | undefined;
afterEach(() => server?.close());

async function start(options: Partial<AdminServerOptions> = {}): Promise<AdminServer> {
  const ready = async () => ({ ok: true, checks: { mongo: { ok: true } } });
  server = await startAdminServer({ port: 0, registry: createMetrics('test').registry, ready, ...options });
  return server;
}

function outsideAddress(): string | undefined {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all.find((entry) => entry.family === 'IPv4' && !entry.internal)?.address;
}

describe('startAdminServer', () => {
  it('answers live, ready and metrics to this machine', async () => {
    const { port } = await start();
    const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
    expect(await (await get('/health/live')).json()).toEqual({ ok: true });
    expect(await (await get('/health/ready')).json()).toEqual({ ok: true, checks: { mongo: { ok: true } } });
    const metrics = await get('/metrics');
    expect(metrics.headers.get('content-type')).toContain('text/plain');
    expect(await metrics.text()).toContain('process_cpu_user_seconds_total{program="test"}');
    expect((await get('/')).status).toBe(404);
    expect((await fetch(`http://127.0.0.1:${port}/metrics`, { method: 'POST' })).status).toBe(405);
  });

  it('answers 503 when not live, not ready, or when the check fails, without its message', async () => {
    const checks = { redis: { ok: false, detail: 'no connection' } };
    const { port } = await start({ live: () => false, ready: async () => ({ ok: false, checks }) });
    expect((await fetch(`http://127.0.0.1:${port}/health/live`)).status).toBe(503);
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`);
    expect([answer.status, await answer.json()]).toEqual([503, { ok: false, checks }]);
    await server?.close();
    const broken = await start({ ready: () => Promise.reject(new TypeError('canary')) });
    const failed = await fetch(`http://127.0.0.1:${broken.port}/health/ready`);
    expect([failed.status, await failed.json()]).toEqual([
      503,
      { ok: false, checks: { ready: { ok: false, detail: 'TypeError' } } },
    ]);
  });

  it('answers callers from elsewhere only with the token', async () => {
    const address = outsideAddress();
    // A machine may have the loopback interface only; isLoopback is tested by itself below.
    const host = address ?? '127.0.0.1';
    const { port } = await start({ host: '0.0.0.0', token: 'admin-token' });
    const get = (headers: Record<string, string>) => fetch(`http://${host}:${port}/health/live`, { headers });
    const statuses = [
      (await get({})).status,
      (await get({ authorization: 'Bearer wrong' })).status,
      (await get({ authorization: 'Bearer admin-token' })).status,
    ];
    expect(statuses).toEqual(address ? [401, 401, 200] : [200, 200, 200]);
  });

  it('knows the addresses of this machine', () => {
    for (const address of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'])
      expect(isLoopback(address)).toBe(true);
    for (const address of ['', '10.0.0.1', '1.127.0.1', '::', '::ffff:10.0.0.1'])
      expect(isLoopback(address)).toBe(false);
  });

  it('rejects when the port is taken', async () => {
    const { port } = await start();
    await expect(
      startAdminServer({
        port,
        registry: createMetrics('b').registry,
        ready: async () => ({ ok: true, checks: {} }),
      }),
    ).rejects.toThrow('EADDRINUSE');
  });
});

describe('createMetrics', () => {
  it('answers a repeated name with the same metric', async () => {
    const metrics = createMetrics('p');
    const options = { name: 'jobs_total', help: 'Jobs', labels: ['queue'] } as const;
    metrics.counter(options).inc({ queue: 'a' });
    metrics.counter(options).inc({ queue: 'a' });
    metrics.gauge({ name: 'g', help: 'g' }).set(3);
    expect(metrics.gauge({ name: 'g', help: 'g' })).toBe(metrics.gauge({ name: 'g', help: 'g' }));
    metrics.histogram({ name: 'h', help: 'h', buckets: [1, 2] }).observe(1.5);
    expect(metrics.histogram({ name: 'h', help: 'h' })).toBe(metrics.histogram({ name: 'h', help: 'h' }));
    const text = await metrics.registry.metrics();
    expect(text).toContain('jobs_total{queue="a",program="p"} 2');
    expect(text).toContain('h_bucket{le="2",program="p"} 1');
  });

  it('refuses a name that is a metric of another kind', () => {
    const metrics = createMetrics('p');
    metrics.counter({ name: 'x', help: 'x' });
    expect(() => metrics.gauge({ name: 'x', help: 'x' })).toThrow(/already been registered/);
  });
});
