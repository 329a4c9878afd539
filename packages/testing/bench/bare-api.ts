import { once } from 'node:events';
import { createServer } from 'node:http';
import Koa from 'koa';
import { MongoClient } from 'mongodb';
import getRawBody from 'raw-body';
import { serveHalf } from '../src/half.ts';
import { createTestDatabase } from '../src/test-database.ts';

// What ingest is measured against (quality P1): Koa, the body as JSON, one insert with the write concern of a publish.
const client = new MongoClient(process.env.MONGODB_URI ?? '', {
  // As packages/db connects.
  serverSelectionTimeoutMS: 5_000,
  connectTimeoutMS: 5_000,
  heartbeatFrequencyMS: 5_000,
  waitQueueTimeoutMS: 5_000,
  socketTimeoutMS: 35_000,
  maxPoolSize: 50,
  retryWrites: true,
  writeConcern: { w: 'majority', j: true, wtimeoutMS: 5_000 },
});
await client.connect();
// A database of its own: what earlier runs left would be counted.
const events = client.db(createTestDatabase().name).collection('bare_events');
const app = new Koa();
app.use(async (context) => {
  const event = JSON.parse((await getRawBody(context.req, { limit: 262_144 })).toString('utf8'));
  const { insertedId } = await events.insertOne({ ...event, createdAt: new Date() });
  context.status = 201;
  context.body = { ...event, id: insertedId };
});
const server = createServer(app.callback());
server.listen(0, '127.0.0.1');
await once(server, 'listening');
// A server that listens on a port has an address of that kind.
const { port } = server.address() as { port: number };
serveHalf(`http://127.0.0.1:${port}`, () => events.countDocuments({}));
