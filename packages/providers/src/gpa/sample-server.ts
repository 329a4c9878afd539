import type { AddressInfo } from 'node:net';
import ssh2, { type Connection, type SFTPWrapper } from 'ssh2';
import { fingerprintOf } from './session.ts';

export interface SampleServer {
  baseUrl: string;
  hostKey: string;
  files: Map<string, Buffer>;
  /** Sessions that were opened, refused ones included. */
  sessions(): number;
  close(): Promise<void>;
}

export interface SampleServerOptions {
  /** Default: the one that `sampleLogin` has. */
  password?: string;
  /** Instead of the answer to a read or a write, a status; `hang` for none, `cut` for the end of the connection. */
  fault?: number | 'hang' | 'cut';
  /** Told before a file's size is. */
  beforeStat?(path: string, files: Map<string, Buffer>): void;
}

export const sampleLogin = { username: 'made-up-user', password: 'made-up-password' };
const { OPEN_MODE, STATUS_CODE } = ssh2.utils.sftp;

/** A real SFTP server on a free loopback port, whose files are in memory. */
export async function startSampleServer(options: SampleServerOptions = {}): Promise<SampleServer> {
  // Of the library's own ed25519 keys one in 250 is malformed.
  const { private: key, public: publicKey } = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 });
  const files = new Map<string, Buffer>();
  const open = new Set<Connection>();
  let count = 0;
  const server = new ssh2.Server({ hostKeys: [key] }, (connection) => {
    count += 1;
    open.add(connection);
    connection
      .on('authentication', (login) => {
        const isOurs =
          login.method === 'password' && login.password === (options.password ?? sampleLogin.password);
        if (isOurs) login.accept();
        else login.reject(['password']);
      })
      .on('session', (accept) => accept().on('sftp', (take) => serve(take(), { connection, files, options })))
      .on('error', () => open.delete(connection))
      .on('close', () => open.delete(connection));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo;
  const blob = Buffer.from(publicKey.split(' ')[1] ?? '', 'base64');
  return {
    baseUrl: `sftp://127.0.0.1:${port}`,
    hostKey: fingerprintOf(blob),
    files,
    sessions: () => count,
    async close() {
      for (const connection of open) connection.end();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

interface Serving {
  connection: Connection;
  files: Map<string, Buffer>;
  options: SampleServerOptions;
}

function serve(sftp: SFTPWrapper, { connection, files, options }: Serving): void {
  const opened: string[] = [];
  const pathOf = (handle: Buffer) => opened[handle.readUInt32BE(0)] ?? '';
  const contentOf = (handle: Buffer) => files.get(pathOf(handle)) ?? Buffer.alloc(0);
  const strike = (id: number): boolean => {
    if (options.fault === 'cut') connection.end();
    if (typeof options.fault === 'number') sftp.status(id, options.fault);
    return options.fault !== undefined;
  };
  const stat = (id: number, path: string) => {
    if (strike(id)) return;
    options.beforeStat?.(path, files);
    const size = files.get(path)?.byteLength;
    if (size === undefined) sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
    else sftp.attrs(id, { size, mode: 0o100644, uid: 0, gid: 0, atime: 0, mtime: 0 });
  };
  sftp
    .on('STAT', stat)
    .on('FSTAT', (id, handle) => stat(id, pathOf(handle)))
    .on('OPEN', (id, path, flags) => {
      if (strike(id)) return;
      if (flags & OPEN_MODE.WRITE) files.set(path, Buffer.alloc(0));
      const handle = Buffer.alloc(4);
      handle.writeUInt32BE(opened.push(path) - 1);
      sftp.handle(id, handle);
    })
    .on('READ', (id, handle, offset, length) => {
      const part = contentOf(handle).subarray(offset, offset + length);
      if (part.byteLength > 0) sftp.data(id, part);
      else sftp.status(id, STATUS_CODE.EOF);
    })
    .on('WRITE', (id, handle, offset, data) => {
      files.set(pathOf(handle), Buffer.concat([contentOf(handle).subarray(0, offset), data]));
      sftp.status(id, STATUS_CODE.OK);
    })
    .on('CLOSE', (id) => sftp.status(id, STATUS_CODE.OK))
    .on('FSETSTAT', (id) => sftp.status(id, STATUS_CODE.OK))
    .on('RENAME', (id, from, to) => {
      files.set(to, files.get(from) ?? Buffer.alloc(0));
      files.delete(from);
      sftp.status(id, STATUS_CODE.OK);
    });
}
