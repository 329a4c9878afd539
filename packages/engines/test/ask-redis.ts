import { once } from 'node:events';
import { connect } from 'node:net';

/** Sends one inline command and returns the raw answer: enough to see that a server lives and remembers. */
export async function askRedis(port: number | undefined, command: string): Promise<string> {
  if (port === undefined) throw new Error('no port');
  const socket = connect(port, '127.0.0.1');
  try {
    socket.write(`${command}\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    return answer.toString();
  } finally {
    socket.destroy();
  }
}
