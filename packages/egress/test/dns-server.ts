import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv4 } from 'node:net';

export interface DnsServer {
  /** `address:port`, for a resolver. */
  address: string;
  /** Questions so far, such as `A tms.customer.test`. */
  questions: string[];
  close(): Promise<void>;
}

/** A name server on UDP; `answer` is asked for each question anew, and everything is valid for 0 seconds. */
export async function startDns(
  answer: (type: 'A' | 'AAAA', name: string) => readonly string[],
): Promise<DnsServer> {
  const socket = createSocket('udp4');
  const questions: string[] = [];
  socket.on('message', (query, peer) => {
    const { name, end } = readName(query, 12);
    const type = query.readUInt16BE(end) === 28 ? 'AAAA' : 'A';
    questions.push(`${type} ${name}`);
    socket.send(respond(query, end + 4, answer(type, name)), peer.port, peer.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${socket.address().port}`,
    questions,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

function readName(packet: Buffer, start: number): { name: string; end: number } {
  const labels: string[] = [];
  let at = start;
  for (let length = packet[at] ?? 0; length > 0; length = packet[at] ?? 0) {
    labels.push(packet.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}

function respond(query: Buffer, questionEnd: number, addresses: readonly string[]): Buffer {
  const head = Buffer.from(query.subarray(0, questionEnd));
  head.writeUInt16BE(0x8180, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(addresses.length, 6);
  head.writeUInt32BE(0, 8);
  return Buffer.concat([head, ...addresses.map(record)]);
}

function record(address: string): Buffer {
  const isV4 = isIPv4(address);
  const data = isV4 ? Buffer.from(address.split('.').map(Number)) : v6Bytes(address);
  const head = Buffer.alloc(12);
  // The name is a pointer to the question; class IN; time to live 0.
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(isV4 ? 1 : 28, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function v6Bytes(address: string): Buffer {
  const [left = '', right = ''] = address.split('::');
  const parts = (text: string) => (text === '' ? [] : text.split(':'));
  const gap = 8 - parts(left).length - parts(right).length;
  const all = [...parts(left), ...Array.from({ length: gap }, () => '0'), ...parts(right)];
  return Buffer.from(all.map((part) => part.padStart(4, '0')).join(''), 'hex');
}
