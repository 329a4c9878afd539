import { errorBody } from '@envase/contracts';
import type { InboxRepository } from '@envase/db';
import { endpoint, type HandlerInput, type Reply, type Route } from '@envase/http';
import { findHookSource, listHookSources } from '@envase/providers';
import { inbox as inboxQueue, type Producer } from '@envase/queues';
import {
  AppError,
  asError,
  type Clock,
  createRateLimitedLog,
  failpoint,
  type Logger,
  newEventId,
} from '@envase/runtime';
import { z } from 'zod';

export interface TracehookRouteDeps {
  inbox: Pick<InboxRepository, 'insert'>;
  producer: Pick<Producer, 'addLane'>;
  clock: Pick<Clock, 'now'>;
  logger: Logger;
  /** By provider: what its signature or key is checked with. One that is not named is refused. */
  secrets: Readonly<Record<string, string>>;
}

/** How long a kept body is left to the job that was added with it before the pump repairs. */
const graceMs = 3_000;
const logEveryMs = 10_000;

const answers = { 204: z.undefined(), 401: errorBody };

type Input = HandlerInput<null, unknown, undefined, undefined>;

/**
 * What providers send us (contract s8): verified, kept byte for byte, then answered 204. What it means is read later, so a box that
 * nobody traces is no fault. Also served at the documented bare paths.
 */
export function tracehookRoutes(deps: TracehookRouteDeps): Route[] {
  const receive = createReceive(deps);
  const named = z.object({ provider: z.string(), path: z.string().optional() });
  const below = endpoint({
    scope: null,
    accepts: 'any',
    operationId: 'takeNotice',
    params: named,
    answers,
    summary: 'Take what a provider sends, signed in its own way',
    handle: (input) => receive(input.params.provider, { path: input.params.path ?? '', input }),
  });
  const bare = listHookSources().flatMap(({ id, paths }) =>
    paths.map((path): Route => {
      const summary = `Take ${path} of ${id} at its documented path`;
      const handle = (input: Input) => receive(id, { path, input });
      return {
        method: 'POST',
        path: `/${id}/${path}`,
        endpoint: endpoint({ scope: null, accepts: 'any', summary, answers, handle }),
      };
    }),
  );
  return [{ method: 'POST', path: '/tracehooks/:provider{/*path}', endpoint: below }, ...bare];
}

function createReceive(deps: TracehookRouteDeps) {
  const { inbox, producer, clock, secrets } = deps;
  const log = createRateLimitedLog(deps.logger, logEveryMs);
  return async (
    provider: string,
    { path, input }: { path: string; input: Pick<Input, 'headers' | 'rawBody'> },
  ): Promise<Reply> => {
    const source = findHookSource(provider);
    if (!source) throw new AppError('not_found', 'No provider sends anything here');
    const { headers, rawBody: body } = input;
    const secret = Object.hasOwn(secrets, source.id) ? secrets[source.id] : undefined;
    if (!secret || !source.verify({ headers, body }, secret))
      throw new AppError('unauthorized', 'This does not come from the provider');
    const now = clock.now();
    const inboxId = newEventId(now);
    await inbox.insert({
      _id: inboxId,
      providerId: source.id,
      path,
      contentType: headers['content-type'] ?? null,
      body,
      receivedAt: new Date(now),
      dueAt: new Date(now + graceMs),
    });
    await failpoint('tracehooks.after-insert');
    // Nobody waits for the hint: the body is durable and owed.
    producer
      .addLane(inboxQueue, 'inbox.parse', { laneId: inboxId, data: { inboxId } })
      .catch((error: unknown) => {
        log.warn({ err: asError(error), inboxId }, 'An inbound body was not queued: the pump will');
      });
    return { status: 204 };
  };
}
