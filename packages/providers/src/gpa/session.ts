import { createHash } from 'node:crypto';
import { addAbortListener } from 'node:events';
import { Client, type SFTPWrapper } from 'ssh2';
import { type ProviderConnection, ProviderError } from '../provider.ts';
import { failureOfSession } from './failures.ts';

/** A logged-in session, as far as files are exchanged. */
export interface Files {
  write(path: string, text: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Null where there is no such file, or where it changed while it was read. */
  read(path: string): Promise<string | null>;
}

const noSuchFile = 2;
const limitBytes = 5 * 1024 * 1024;

/**
 * Runs `act` in one session with the one host that is configured, whose key must be the pinned one, and ends it. Counts as one
 * request. Messages name neither login nor path.
 */
export async function withSession<T>(
  connection: ProviderConnection & { timeoutMs: number },
  signal: AbortSignal,
  act: (files: Files) => Promise<T>,
): Promise<T> {
  await connection.spend(signal);
  const deadline = AbortSignal.timeout(connection.timeoutMs);
  const client = new Client();
  const { promise: broken, reject } = Promise.withResolvers<never>();
  // A session that ends before its work is done has failed; afterwards nobody listens.
  client.on('error', reject).on('close', () => reject(new Error('The session ended')));
  const listening = addAbortListener(AbortSignal.any([signal, deadline]), () => reject(new Error('Aborted')));
  try {
    return await Promise.race([
      openFiles(client, connection, reject).then((sftp) => act(createFiles(sftp))),
      broken,
    ]);
  } catch (error) {
    signal.throwIfAborted();
    throw failureOfSession(error, deadline.aborted);
  } finally {
    listening[Symbol.dispose]();
    client.destroy();
  }
}

function openFiles(
  client: Client,
  { baseUrl, credentials }: ProviderConnection,
  refuse: (error: Error) => void,
): Promise<SFTPWrapper> {
  const { username, password, hostKey } = credentials;
  const { protocol, hostname, port } = new URL(baseUrl);
  return new Promise((resolve, reject) => {
    const fail = (message: string) => refuse(new ProviderError('login_failed', message));
    if (protocol !== 'sftp:') return fail('The address of the file exchange must begin with sftp:');
    if (!username || !password || !hostKey)
      return fail('The file exchange needs a user, a password and the key of its host');
    client.on('ready', () => client.sftp((error, sftp) => (error ? reject(error) : resolve(sftp))));
    client.connect({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port || 22),
      username,
      password,
      readyTimeout: 0,
      hostVerifier(key: Buffer) {
        const isOurs = fingerprintOf(key) === hostKey;
        if (!isOurs) fail('The host has not the key that is configured');
        return isOurs;
      },
    });
  });
}

/** As OpenSSH prints it: `SHA256:` and base64 without padding. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

function createFiles(sftp: SFTPWrapper): Files {
  const done = (act: (settle: (error?: Error | null) => void) => void) =>
    new Promise<void>((resolve, reject) => act((error) => (error ? reject(error) : resolve())));
  const sizeOf = (path: string) =>
    new Promise<number | null>((resolve, reject) =>
      sftp.stat(path, (error, stats) => {
        if (!error) resolve(stats.size);
        else if ('code' in error && error.code === noSuchFile) resolve(null);
        else reject(error);
      }),
    );
  return {
    write: (path, text) => done((settle) => sftp.writeFile(path, text, settle)),
    rename: (from, to) => done((settle) => sftp.rename(from, to, settle)),
    async read(path) {
      const before = await sizeOf(path);
      if (before === null) return null;
      if (before > limitBytes)
        throw new ProviderError('provider_answer', `The answer is larger than ${limitBytes} bytes`);
      const bytes = await new Promise<Buffer>((resolve, reject) =>
        sftp.readFile(path, (error, data) => (error ? reject(error) : resolve(data))),
      );
      const isWhole = bytes.byteLength === before && (await sizeOf(path)) === before;
      return isWhole ? bytes.toString('utf8') : null;
    },
  };
}
