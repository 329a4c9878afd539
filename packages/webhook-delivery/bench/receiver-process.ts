import { createServer, type ServerResponse } from 'node:http';

/** Told to forget and to end what hangs (`reset`) or to name what it received (`report`), over the process's channel. */
export type Order = 'reset' | 'report';

/** The `webhook-id` of a request, and when it came, in milliseconds as `Date.now()` has them. */
export type Arrival = [id: string, at: number];

let arrivals: Arrival[] = [];
const hanging = new Set<ServerResponse>();

// A process of its own, so that its CPU is nobody's in the comparison. What it answers depends on the path alone.
const server = createServer((request, response) => {
  arrivals.push([String(request.headers['webhook-id']), performance.timeOrigin + performance.now()]);
  request.resume();
  if (request.url === '/hanging') {
    hanging.add(response);
    response.once('close', () => hanging.delete(response));
    return;
  }
  response.statusCode = request.url === '/failing' ? 500 : 200;
  request.once('end', () => response.end());
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : undefined });
});

process.on('message', (order: Order) => {
  if (order === 'reset') {
    arrivals = [];
    for (const response of hanging) response.destroy();
  }
  process.send?.({ arrivals });
});
process.on('disconnect', () => process.exit(0));
