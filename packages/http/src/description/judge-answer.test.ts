import { Readable } from 'node:stream';
import { AppError } from '@envase/runtime';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { send, serve } from '../../test/serve.ts';
import { endpoint, type Reply } from '../endpoint.ts';
import { judgeAnswer } from './judge-answer.ts';

const thing = z.object({ id: z.string(), parts: z.array(z.object({ n: z.number() })) });
const answers = { 200: thing, 204: z.undefined(), 206: { schema: thing, types: ['text/csv'] } };
const route = {
  method: 'GET' as const,
  path: '/things',
  endpoint: endpoint({ scope: null, answers, handle: () => ({ status: 204 }) }),
};
const error = { code: 'invalid_request', message: 'No', requestId: 'r' };
const csv = { 'Content-Type': 'text/csv; header=present' };

it.each<[string, Reply, string | null]>([
  ['what the schema says', { status: 200, body: { id: 'a', parts: [{ n: 1 }] } }, null],
  ['the same as text', { status: 200, body: { json: '{"id":"a","parts":[]}' } }, null],
  ['nothing', { status: 204 }, null],
  ['a refusal that every route has', { status: 400, body: error }, null],
  ['a file', { status: 206, body: Readable.from([]), headers: csv }, null],
  ['JSON beside a file', { status: 206, body: { id: 'a', parts: [] } }, null],
  ['a wrong type', { status: 200, body: { id: 1, parts: [] } }, 'id: '],
  ['a missing member', { status: 200, body: { id: 'a' } }, 'parts: '],
  ['one more member', { status: 200, body: { id: 'a', parts: [{ n: 1, m: 2 }] } }, 'the body.parts.0.m'],
  ['a body where there is none', { status: 204, body: { id: 'a' } }, 'the body: '],
  ['no body where there is one', { status: 200 }, 'the body: '],
  ['another status', { status: 404, body: error }, 'this status is not described'],
  [
    'another type of file',
    { status: 206, body: 'x', headers: { 'Content-Type': 'text/html' } },
    'the body: ',
  ],
])('judges %s', (_name, reply, fault) => {
  const judged = judgeAnswer(route, reply);
  if (fault === null) expect(judged).toBeNull();
  else expect(judged).toContain(fault);
});

it('is told of every answer of a route, refusals and failures too', async () => {
  const heard: [string, number][] = [];
  const throwing = (thrown: unknown) =>
    endpoint({
      scope: null,
      handle: () => {
        throw thrown;
      },
    });
  await using served = await serve(
    [
      { ...route, path: '/fine' },
      { ...route, path: '/refused', endpoint: throwing(new AppError('not_found', 'No')) },
      { ...route, path: '/broken', endpoint: throwing(new Error('Oh')) },
    ],
    { onAnswer: ({ path }, { status }) => heard.push([path, status]) },
  );
  for (const path of ['/fine', '/refused', '/broken']) await send(`${served.url}${path}`);
  expect(heard).toEqual([
    ['/fine', 204],
    ['/refused', 404],
    ['/broken', 500],
  ]);
});
