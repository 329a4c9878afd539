import { expect, it } from 'vitest';

it('gives every test the address of a MongoDB and a Redis', () => {
  expect(process.env.MONGODB_URI).toMatch(/^mongodb:\/\//);
  expect(process.env.REDIS_URL).toMatch(/^redis:\/\//);
});
