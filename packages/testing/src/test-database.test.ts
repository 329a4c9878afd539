import { afterEach, expect, it } from 'vitest';
import { createTestDatabase, createTestPrefix } from './test-database.ts';

const given = process.env.MONGODB_URI;

afterEach(() => {
  process.env.MONGODB_URI = given;
});

it('names a fresh database at every call', () => {
  const [one, two] = [createTestDatabase(), createTestDatabase()];
  expect(one.name).not.toBe(two.name);
  expect(one.uri).toBe(`${given}/${one.name}`);
});

it('keeps hosts, login and options of the given address', () => {
  process.env.MONGODB_URI = 'mongodb://u:p@a:1,b:2/other?replicaSet=rs0';
  const { uri, name } = createTestDatabase();
  expect(uri).toBe(`mongodb://u:p@a:1,b:2/${name}?replicaSet=rs0`);
});

it('refuses to guess an address', () => {
  process.env.MONGODB_URI = '';
  expect(() => createTestDatabase()).toThrow('MONGODB_URI is not set');
});

it('gives prefixes that BullMQ takes and nobody shares', () => {
  const prefixes = new Set(Array.from({ length: 100 }, createTestPrefix));
  expect(prefixes.size).toBe(100);
  expect([...prefixes].every((prefix) => /^[a-z0-9-]+$/.test(prefix))).toBe(true);
});
