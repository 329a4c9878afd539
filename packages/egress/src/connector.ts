import { isIP, connect as netConnect, type Socket } from 'node:net';
import { asError } from '@envase/runtime';
import { buildConnector } from 'undici';
import { isPublicAddress } from './address.ts';
import { codeOf, EgressFailure } from './failure.ts';
import { type EgressPolicy, isAllowedHost } from './judge-url.ts';
import { type Lookup, lookupLikeTheMachine } from './lookup.ts';

/** Opens a TCP connection to one of the judged addresses. A test may put its own in place. */
export type Dial = (target: { hostname: string; port: number; addresses: readonly string[] }) => Socket;

export interface ConnectorDeps {
  policy: EgressPolicy;
  lookup: Lookup;
  dial: Dial;
  connectMs: number;
  /** Certificates to trust instead of the usual ones (PEM). */
  ca?: string;
}

interface Attempt {
  socket?: Socket;
  isOver: boolean;
}

const MAX_ADDRESSES = 8;

/**
 * The only way to a socket: the name is resolved once, every answer is judged, the connection goes to those answers, and the peer's
 * address is judged again before the first byte, TLS included (quality S4). Host header and server name stay the hook's own.
 */
export function createGuardedConnector(deps: ConnectorDeps): buildConnector.connector {
  const secure = buildConnector({
    allowH2: false,
    timeout: 0,
    // Said aloud, because an environment variable of Node could turn it off.
    rejectUnauthorized: true,
    ...(deps.ca ? { ca: deps.ca } : {}),
  });
  return (options, callback) => {
    connectInTime(deps, (attempt) => open({ deps, options, secure, attempt })).then(
      (socket) => callback(null, socket),
      (error: unknown) => callback(asError(error), null),
    );
  };
}

/** Node's own connect, pinned to the addresses; of several, each gets a second before the next is tried. */
export const dialTcp: Dial = ({ hostname, port, addresses }) => {
  const entries = addresses.map((address) => ({ address, family: isIP(address) }));
  const [first] = entries;
  return netConnect({
    host: hostname,
    port,
    noDelay: true,
    keepAlive: true,
    autoSelectFamily: entries.length > 1,
    autoSelectFamilyAttemptTimeout: 1_000,
    lookup: (_hostname, options, callback) => {
      if (options.all) callback(null, entries);
      else callback(null, first?.address ?? '', first?.family ?? 0);
    },
  });
};

async function connectInTime(
  deps: ConnectorDeps,
  act: (attempt: Attempt) => Promise<Socket>,
): Promise<Socket> {
  const attempt: Attempt = { isOver: false };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      attempt.isOver = true;
      reject(new EgressFailure('timeout', `No connection within ${deps.connectMs} ms`));
      attempt.socket?.destroy();
    }, deps.connectMs);
  });
  try {
    return await Promise.race([act(attempt), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function open(input: {
  deps: ConnectorDeps;
  options: buildConnector.Options;
  secure: buildConnector.connector;
  attempt: Attempt;
}): Promise<Socket> {
  const { deps, options, secure, attempt } = input;
  const isFree = isAllowedHost(options.hostname, deps.policy);
  const addresses = await resolve({ hostname: options.hostname, isFree, lookup: deps.lookup });
  if (attempt.isOver) throw new EgressFailure('timeout', 'The name was resolved too late');
  const port = Number(options.port || (options.protocol === 'https:' ? 443 : 80));
  const socket = deps.dial({ hostname: options.hostname, port, addresses });
  attempt.socket = socket;
  await connected(socket);
  if (!isFree) assertPublicPeer(socket);
  if (options.protocol !== 'https:') return socket;
  return encrypt({ secure, options, socket });
}

async function resolve(input: {
  hostname: string;
  isFree: boolean;
  lookup: Lookup;
}): Promise<readonly string[]> {
  const { hostname, isFree, lookup } = input;
  if (isIP(hostname) !== 0) {
    if (isFree || isPublicAddress(hostname)) return [hostname];
    throw new EgressFailure('blocked', 'The address of the receiver is not public');
  }
  const addresses = await (isFree ? lookupLikeTheMachine(hostname) : lookup(hostname)).catch(
    (error: unknown) => {
      if (error instanceof EgressFailure) throw error;
      throw new EgressFailure(
        'dns',
        `The name of the receiver does not resolve (${codeOf(error) || 'failed'})`,
        error,
      );
    },
  );
  if (addresses.length === 0) throw new EgressFailure('dns', 'The name of the receiver has no address');
  // Which address it was stays unsaid: the client could map our network by names of its own.
  if (!isFree && !addresses.every(isPublicAddress)) {
    throw new EgressFailure('blocked', 'The name of the receiver resolves to an address that is not public');
  }
  return addresses.slice(0, MAX_ADDRESSES);
}

function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('connect', resolve);
    // It stays: an error between here and the next owner of the socket must find a listener.
    socket.on('error', (error) => {
      reject(new EgressFailure('connect', `The connection could not be made (${connectCode(error)})`, error));
    });
    socket.once('close', () => reject(new EgressFailure('connect', 'The connection was closed at once')));
  });
}

// Several addresses that failed make one AggregateError, whose own code may be missing.
function connectCode(error: Error): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  return codeOf(error) || codeOf(first) || error.name;
}

function assertPublicPeer(socket: Socket): void {
  const { remoteAddress } = socket;
  if (remoteAddress !== undefined && isPublicAddress(remoteAddress)) return;
  socket.destroy();
  if (remoteAddress === undefined) throw new EgressFailure('reset', 'The connection was closed at once');
  throw new EgressFailure('blocked', 'The connection led to an address that is not public');
}

function encrypt(input: {
  secure: buildConnector.connector;
  options: buildConnector.Options;
  socket: Socket;
}): Promise<Socket> {
  const { secure, options, socket } = input;
  return new Promise((resolve, reject) => {
    secure({ ...options, httpSocket: socket }, (error, encrypted) => {
      if (encrypted) return resolve(encrypted);
      socket.destroy();
      reject(
        new EgressFailure(
          'tls',
          `No secure connection (${error ? codeOf(error) || error.name : 'failed'})`,
          error,
        ),
      );
    });
  });
}
