import { once } from 'node:events';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { Queue, Worker } from 'bullmq';
import { MongoClient } from 'mongodb';
import { Pool } from 'undici';
import { serveHalf } from '../src/half.ts';

// What latency is measured against (quality P2): the durable writes and queue hops of a publish on its way to one hook, and nothing
// else. An event inserted, a job, its delivery inserted, the event updated, a job, one POST.
const { MONGODB_URI = '', REDIS_URL = '', RECEIVER = '' } = process.env;
const client = new MongoClient(MONGODB_URI, { writeConcern: { w: 'majority', j: true, wtimeoutMS: 5_000 } });
await client.connect();
interface Doc {
  _id: string;
}
const events = client.db().collection<Doc>('bare_events');
const deliveries = client.db().collection<Doc>('bare_deliveries');
const { hostname: host, port: redisPort } = new URL(REDIS_URL);
const connection = { host, port: Number(redisPort) };
const prefix = `bare-${process.pid}`;
const fanOut = new Queue('fan-out', { connection, prefix });
const hooks = new Queue('hooks', { connection, prefix });
const receiver = new Pool(new URL(RECEIVER).origin);

const fanningOut = new Worker<Doc>(
  'fan-out',
  async ({ data: { _id } }) => {
    await deliveries.insertOne({ _id });
    await events.updateOne({ _id }, { $set: { isSettled: true } });
    await hooks.add('drain', { _id });
  },
  { connection, prefix, concurrency: 25 },
);
const sending = new Worker<Doc>(
  'hooks',
  async ({ data: { _id } }) => {
    const headers = { 'content-type': 'application/json', 'webhook-id': _id };
    const body = JSON.stringify(await events.findOne({ _id }));
    const answer = await receiver.request({ method: 'POST', path: '/bare', headers, body });
    await answer.body.dump();
  },
  { connection, prefix, concurrency: 25 },
);
await Promise.all([fanningOut.waitUntilReady(), sending.waitUntilReady()]);

const server = createServer(async (request, response) => {
  const event = (await json(request)) as object; // what the bench sends
  const _id = crypto.randomUUID();
  await events.insertOne({ ...event, _id });
  await fanOut.add('fan-out', { _id });
  response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ id: _id }));
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
// A server that listens on a port has an address of that kind.
serveHalf(`http://127.0.0.1:${(server.address() as { port: number }).port}`);
