import { type Receiver, type RecordedRequest, startReceiver, waitFor } from '@envase/testing';
import { expect } from 'vitest';
import type { z } from 'zod';
import { askSimulator } from '../../src/demo/ask-simulator.ts';
import { boxNumber } from '../../src/demo/box-number.ts';
import type { StackFile } from '../../src/launch/stack-file.ts';
import { type Answered, call, tokenOf } from '../http.ts';
import { startTestStack } from '../test-stack.ts';
import { envelope } from './shapes.ts';

export const signingKey = '5f2b1c9d8e7a6f4c3b2a19080706050403020100';

type Event = z.infer<typeof envelope>;

interface Told {
  request: RecordedRequest;
  event: Event;
}

/** A stack, and a TMS of the documentation's kind: plain HTTP, no SDK, one hook that hears everything. */
export interface Platform extends AsyncDisposable {
  file: StackFile;
  token: string;
  tms: Receiver;
  owner: { orgId: string; svcId: string };
  post(path: string, body: object): Promise<Answered>;
  nextBox(): string;

  /** The first event of an action about a number, as it arrived. */
  told(number: string, action: string): Promise<Told>;
  /** Publishes a new box that began its journey so long ago; resolves with its number. */
  traced(action: string, journey: Journey): Promise<string>;
}

export interface Journey {
  /** `apm` unless named. */
  providerId?: string;
  /** `import` unless named. */
  journey?: string;
  secondsAgo: number;
}

export async function startPlatform(): Promise<Platform> {
  const test = await startTestStack();
  const { file } = test.stack;
  const token = await tokenOf(file, file.client);
  const tms = await startReceiver();
  const owner = { orgId: file.client.orgId, svcId: file.client.svcId };
  let serial = 40_000;
  const post: Platform['post'] = (path, body) => call(file, path, { token, body: JSON.stringify(body) });
  const nextBox = () => boxNumber(++serial, 0);
  const hook = { url: tms.url, triggers: ['*'], entityType: '*', signingKey, ...owner };
  expect((await post('/webhooks', hook)).status).toBe(201);
  return {
    file,
    token,
    tms,
    owner,
    post,
    nextBox,

    told(number, action) {
      const find = () =>
        tms.requests
          .map((request) => ({ request, event: envelope.parse(request.json) }))
          .find(({ event }) => event.action === action && event.payload.id === number);
      return waitFor(find, { what: `${action} of ${number}`, timeoutMs: 25_000 });
    },
    async traced(action, { providerId = 'apm', journey = 'import', secondsAgo }) {
      const number = nextBox();
      const startAt = Date.now() - secondsAgo * 1000;
      await askSimulator(file, '/control/journeys', { number, providerId, journey, startAt });
      const siteId = providerId === 'apm' ? 'USLAX' : '';
      const payload = { providerId, siteId, containers: [{ id: number }] };
      expect((await post('/events', { ...owner, type: 'CONTAINER', action, payload })).status).toBe(201);
      return number;
    },
    async [Symbol.asyncDispose]() {
      await tms.close();
      await test.remove();
    },
  };
}
