import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import type { Middleware } from 'koa';
import Koa from 'koa';
import { createControlApi } from '../control/control.routes.ts';
import type { Control } from '../control/control.ts';
import { createControl } from '../control/control.ts';
import { createPostOffice } from '../notifications/post-office.ts';
import { createSftp } from '../providers/gpa/sftp.ts';
import { wireProviders } from '../providers/registry.ts';
import { openJournal } from '../world/journal.ts';
import type { World } from '../world/world.ts';
import { createWorld } from '../world/world.ts';
import { createFront } from './front.ts';
import { createGateway } from './gateway.ts';

/** PEM texts of a server that asks its callers for a certificate. */
export interface TlsOptions {
  key: string;
  cert: string;
  /** Authority whose client certificates are known. */
  ca: string;
  /** Break the handshake of strangers instead of answering 403 as the vendor does. */
  refuseHandshake?: boolean;
}

export interface SimulatorOptions {
  /** 0 (default): any free port. */
  port?: number;
  /** Default `127.0.0.1`. */
  host?: string;
  /** Simulated minutes per real minute, default 1. Not token lifetimes, limits and faults: they are real time. */
  speed?: number;
  /** Equal seeds make equal boxes. */
  seed?: string;
  /** Hears one line per request; never a header, query or body. */
  log?: (line: string) => void;
  /** Epoch milliseconds; the system clock by default. */
  now?: () => number;
  /** Waits in real time; for tests of the fault `slow`. */
  delay?: (ms: number) => Promise<void>;
  /** Serves `bnsf` over mutual TLS too, on a port of its own. */
  bnsfTls?: TlsOptions;
  /** File that keeps which journeys have begun, so that a restart sends no box back in time. One simulator per file. */
  stateFile?: string;
}

export interface Simulator {
  url: string;
  port: number;
  /** Base URL to hand to the product, by provider id; of `gpa` one of SFTP, on the same port. */
  baseUrls: Record<string, string>;
  /** Base URL of `bnsf` over mutual TLS; null without `bnsfTls`. */
  bnsfTlsUrl: string | null;
  control: Control;
  /** Ends all connections, the held ones too. */
  close(): Promise<void>;
}

const notifyEveryMs = 200;

const onlyBnsfOverTls: Middleware = async (ctx, next) => {
  if (ctx.req.socket instanceof TLSSocket && !ctx.path.startsWith('/bnsf')) ctx.status = 404;
  else await next();
};

function createApp(world: World, control: Control, log: (line: string) => void): Koa {
  const app = new Koa();
  app.on('error', (error: Error) => log(`error ${error.message}`));
  app.use(onlyBnsfOverTls);
  for (const provider of wireProviders) app.use(createGateway(world, provider, log));
  app.use(createControlApi(control));
  app.use((ctx) => {
    if (ctx.path !== '/health') return;
    ctx.body = {
      status: 'ok',
      speed: world.speed,
      seed: world.seed,
      providers: wireProviders.map(({ id }) => id),
    };
  });
  return app;
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  server.listen(port, host);
  await once(server, 'listening');
  // A server that listens on a port has an address of that kind.
  return (server.address() as AddressInfo).port;
}

async function end(server: Server, endAll: () => void): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  endAll();
  await closed;
}

function authority(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function createDelay(signal: AbortSignal): (ms: number) => Promise<void> {
  return (ms) => wait(ms, undefined, { signal, ref: false });
}

/**
 * Starts a simulator: all providers, the control API and `/health` on one port.
 * Throws on a port in use, on a speed that is not positive, and on a state file that cannot be written.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { port = 0, host = '127.0.0.1', speed = 1, seed = 'envase', log = () => undefined } = options;
  if (!(speed > 0)) throw new RangeError(`speed must be positive, not ${speed}`);
  const closing = new AbortController();
  const { now = Date.now, delay = createDelay(closing.signal) } = options;
  const journal = options.stateFile === undefined ? undefined : openJournal(options.stateFile);
  const world = createWorld({ seed, speed, now, delay, journal });
  const post = createPostOffice(world, wireProviders, log);
  const control = createControl(world, post);
  const app = createApp(world, control, log);
  // A clock that a test moves by hand sends nothing by itself.
  const ticking = options.now === undefined ? setInterval(() => void post.flush(), notifyEveryMs) : undefined;
  ticking?.unref();
  const http = createServer(app.callback());
  const sftp = createSftp(world, log);
  const front = createFront({ http: (socket) => http.emit('connection', socket), ssh: sftp });
  const plain = front.server;
  const opened = await listen(plain, port, host);
  const tls = options.bnsfTls;
  const secure = tls
    ? createTlsServer(
        { ...tls, requestCert: true, rejectUnauthorized: tls.refuseHandshake ?? false },
        app.callback(),
      )
    : null;
  const secureAt = secure ? authority(host, await listen(secure, 0, host)) : null;
  const url = `http://${authority(host, opened)}`;
  return {
    url,
    port: opened,
    baseUrls: {
      ...Object.fromEntries(wireProviders.map(({ id, basePath }) => [id, `${url}${basePath}`])),
      gpa: url.replace('http:', 'sftp:'),
    },
    bnsfTlsUrl: secureAt === null ? null : `https://${secureAt}/bnsf`,
    control,
    async close() {
      closing.abort();
      clearInterval(ticking);
      await Promise.all([
        end(plain, front.endAll),
        ...(secure ? [end(secure, () => secure.closeAllConnections())] : []),
      ]);
    },
  };
}
