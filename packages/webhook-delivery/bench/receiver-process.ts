import { createServer } from 'node:http';

/** Told to forget (`reset`) or to name what it received (`report`), over the process's channel. */
export type Order = 'reset' | 'report';

let ids: string[] = [];

// A process of its own, so that its CPU is nobody's in the comparison.
const server = createServer((request, response) => {
  ids.push(String(request.headers['webhook-id']));
  request.resume();
  request.once('end', () => response.end());
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : undefined });
});

process.on('message', (order: Order) => {
  if (order === 'reset') ids = [];
  process.send?.({ ids });
});
process.on('disconnect', () => process.exit(0));
