import type { Socket } from 'node:net';
import ssh2, { type SFTPWrapper } from 'ssh2';
import { checkDigitOf } from '../../iso6346.ts';
import type { FaultKind } from '../../world/faults.ts';
import type { World } from '../../world/world.ts';
import { hostKey } from './host-key.ts';
import { answerOf, boxesOf, providerId, settingsOf, takeRequest } from './state.ts';

const { OPEN_MODE, STATUS_CODE } = ssh2.utils.sftp;
const foreignBox = `XTRU999999${checkDigitOf('XTRU999999')}`;
const refusing: readonly FaultKind[] = ['unauthorized', 'forbidden'];
const ending: readonly FaultKind[] = [
  'unavailable',
  'server_error',
  'gateway_timeout',
  'rate_limited',
  'reset',
];

/** Serves the folders `/in` and `/out` to whoever logs in over this connection. */
export function createSftp(world: World, log: (line: string) => void): (socket: Socket) => void {
  const faults = (operation: string) =>
    world.faults.striking({ providerId, operation, isData: true }).map(({ kind }) => kind);
  const strikes = (kinds: readonly FaultKind[]) => faults('session').some((kind) => kinds.includes(kind));
  const server = new ssh2.Server({ hostKeys: [hostKey] }, (connection) => {
    connection
      .on('authentication', (login) => {
        const { username, password } = settingsOf(world);
        const isKnown =
          login.method === 'password' && login.username === username && login.password === password;
        if (strikes(['hang'])) return;
        if (strikes(ending)) connection.end();
        else if (isKnown && !strikes(refusing)) login.accept();
        else login.reject(['password']);
      })
      .on('session', (accept) =>
        accept().on('sftp', (take) => serve(take(), createFolders(world, faults, log))),
      )
      // A client that leaves without a word is none of our business.
      .on('error', ({ message }) => log(`${providerId} ${message}`));
  });
  return (socket) => server.injectSocket(socket);
}

interface Folders {
  read(path: string): string | null;
  write(path: string, text: string): void;
}

const pathOf = /^\/(?<folder>in|out)\/(?<id>[\w-]+)\.csv$/;

/** What is renamed to `/in/<id>.csv` is a request; `/out/<id>.csv` is its answer. Uploads under other names are nobody's. */
function createFolders(
  world: World,
  faults: (operation: string) => FaultKind[],
  log: (line: string) => void,
): Folders {
  function record(
    method: string,
    path: string,
    about: { operation: string; id: string; status: number },
  ): void {
    const { operation, id, status } = about;
    const boxes = [...boxesOf(world, id)];
    const at = new Date(world.now()).toISOString();
    world.requests.add({ at, providerId, method, path, operation, boxes, status, faults: faults(operation) });
    log(`${providerId} ${method} ${path} ${status}`);
  }
  return {
    read(path) {
      const { folder, id = '' } = pathOf.exec(path)?.groups ?? {};
      if (folder !== 'out') return null;
      const kinds = faults('answer');
      const text = answerOf(world, id, (rows) => changeRows(rows, kinds));
      record('GET', path, { operation: 'answer', id, status: text === null ? 404 : 200 });
      return kinds.includes('truncated') ? (text?.slice(0, -3) ?? null) : text;
    },
    write(path, text) {
      const { folder, id = '' } = pathOf.exec(path)?.groups ?? {};
      if (folder !== 'in') return;
      takeRequest(world, id, text);
      record('PUT', path, { operation: 'request', id, status: 200 });
    },
  };
}

function changeRows(rows: readonly string[], kinds: readonly FaultKind[]): string[] {
  let changed = [...rows];
  if (kinds.includes('half_batch')) changed = changed.slice(0, Math.floor(changed.length / 2));
  if (kinds.includes('duplicate_rows')) changed = changed.flatMap((row) => [row, row]);
  const [first] = changed;
  if (kinds.includes('foreign_rows') && first) changed.push(first.replace(/^[^,]*/, foreignBox));
  return changed;
}

/** The part of SFTP (draft-ietf-secsh-filexfer-02) that an exchange of small files takes. */
function serve(sftp: SFTPWrapper, folders: Folders): void {
  const opened: { path: string; bytes: Buffer }[] = [];
  const uploads = new Map<string, Buffer>();
  const fileOf = (handle: Buffer) => opened[handle.readUInt32BE(0)];
  const attributes = (size: number) => ({ size, mode: 0o100644, uid: 0, gid: 0, atime: 0, mtime: 0 });
  const ok = (id: number) => sftp.status(id, STATUS_CODE.OK);
  sftp
    .on('REALPATH', (id, path) => sftp.name(id, [{ filename: path, longname: path, attrs: attributes(0) }]))
    .on('STAT', (id, path) => {
      const text = folders.read(path);
      if (text === null) sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
      else sftp.attrs(id, attributes(Buffer.byteLength(text)));
    })
    .on('FSTAT', (id, handle) => sftp.attrs(id, attributes(fileOf(handle)?.bytes.byteLength ?? 0)))
    .on('OPEN', (id, path, flags) => {
      const isUpload = (flags & OPEN_MODE.WRITE) !== 0;
      const text = isUpload ? '' : folders.read(path);
      if (text === null) return sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
      const handle = Buffer.alloc(4);
      handle.writeUInt32BE(opened.push({ path, bytes: Buffer.from(text) }) - 1);
      sftp.handle(id, handle);
    })
    .on('READ', (id, handle, offset, length) => {
      const part = fileOf(handle)?.bytes.subarray(offset, offset + length);
      if (part && part.byteLength > 0) sftp.data(id, part);
      else sftp.status(id, STATUS_CODE.EOF);
    })
    .on('WRITE', (id, handle, offset, data) => {
      const file = fileOf(handle);
      if (!file) return sftp.status(id, STATUS_CODE.FAILURE);
      file.bytes = Buffer.concat([file.bytes.subarray(0, offset), data]);
      uploads.set(file.path, file.bytes);
      ok(id);
    })
    .on('FSETSTAT', ok)
    .on('CLOSE', ok)
    .on('RENAME', (id, from, to) => {
      const bytes = uploads.get(from);
      if (!bytes) return sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
      uploads.delete(from);
      folders.write(to, bytes.toString('utf8'));
      ok(id);
    });
}
