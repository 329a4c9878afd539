import { MongoClient } from 'mongodb';
import { expect, it } from 'vitest';
import { startQuickMongo } from '../../bench/quick-mongo.ts';
import { createTestDatabase } from '../test-database.ts';

it('answers inserts into the collections named, and lets everything else through', async () => {
  const quick = await startQuickMongo(process.env.MONGODB_URI ?? '', ['events']);
  const client = await new MongoClient(quick.uri, { writeConcern: { w: 'majority', j: true } }).connect();
  const database = client.db(createTestDatabase().name);
  const count = async (name: string) => database.collection(name).countDocuments({});
  try {
    const rows = Array.from({ length: 200 }, (_, n) => ({ n, text: 'x'.repeat(1_000) }));
    expect((await database.collection('events').insertOne({ n: 1 })).acknowledged).toBe(true);
    await database.collection('events').insertMany(rows, { ordered: false });
    await database.collection('others').insertMany(rows);
    expect([await count('events'), await count('others')]).toEqual([0, 200]);
  } finally {
    await client.close();
    quick.close();
  }
});
