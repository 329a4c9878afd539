import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface QuickMongo {
  uri: string;
  close(): void;
}

/**
 * A front of a MongoDB that answers inserts into these collections at once, as written, and keeps nothing of them; every other
 * command goes through. For the CPU of whoever inserts, where the server itself is too slow to keep it busy.
 */
export async function startQuickMongo(behind: string, collections: readonly string[]): Promise<QuickMongo> {
  const target = new URL(behind);
  const server = createServer((client) => {
    const through = connect(Number(target.port), target.hostname).setNoDelay();
    client.setNoDelay();
    through.pipe(client);
    through.on('error', () => client.destroy());
    client.on('error', () => through.destroy()).on('close', () => through.destroy());
    readMessages(client, (message) => {
      if (collections.includes(insertsInto(message))) client.write(written(message.readInt32LE(4)));
      else through.write(message);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on a port has an address of that kind.
  const { port } = server.address() as { port: number };
  return { uri: `mongodb://127.0.0.1:${port}/?directConnection=true`, close: () => void server.close() };
}

function readMessages(socket: Socket, onMessage: (message: Buffer) => void): void {
  let held: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    while (held.length >= 4 && held.length >= held.readInt32LE(0)) {
      const size = held.readInt32LE(0);
      onMessage(held.subarray(0, size));
      held = held.subarray(size);
    }
  });
}

const opMsg = 2_013;
const head = 'insert\0';

/**
 * The collection of an insert, '' for anything else. OP_MSG: header of 16 bytes, flags of 4, kind 0, then the command, whose first
 * member names it: length of 4, type, name, length of 4, value.
 */
function insertsInto(message: Buffer): string {
  if (message.length < 37 || message.readInt32LE(12) !== opMsg || message[20] !== 0) return '';
  if (message.toString('latin1', 26, 26 + head.length) !== head) return '';
  const from = 26 + head.length + 4;
  return message.toString('latin1', from, message.indexOf(0, from));
}

// {n: 1, ok: 1} in BSON.
const answer = Buffer.from('18000000106e0001000000016f6b00000000000000f03f00', 'hex');

function written(to: number): Buffer {
  const message = Buffer.alloc(21 + answer.length);
  message.writeInt32LE(message.length, 0);
  message.writeInt32LE(to, 8);
  message.writeInt32LE(opMsg, 12);
  answer.copy(message, 21);
  return message;
}
