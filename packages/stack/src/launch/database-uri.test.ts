import { expect, it } from 'vitest';
import { databaseUri } from './database-uri.ts';

it.each([
  ['mongodb://127.0.0.1:1', 'mongodb://127.0.0.1:1/envase'],
  ['mongodb://127.0.0.1:1/', 'mongodb://127.0.0.1:1/envase'],
  ['mongodb://a:1,b:2/?replicaSet=rs0', 'mongodb://a:1,b:2/envase?replicaSet=rs0'],
  ['mongodb+srv://user:p%40ss@cluster.example', 'mongodb+srv://user:p%40ss@cluster.example/envase'],
  ['mongodb://127.0.0.1:1/mine?w=1', 'mongodb://127.0.0.1:1/mine?w=1'],
])('%s with a database is %s', (given, named) => {
  expect(databaseUri(given, 'envase')).toBe(named);
});

it('refuses what is no address of MongoDB', () => {
  expect(() => databaseUri('redis://127.0.0.1:1', 'envase')).toThrow('mongodb://host:port');
});
