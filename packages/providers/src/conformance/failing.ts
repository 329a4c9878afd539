import { expect, it } from 'vitest';
import { ProviderError, type RealTimeProvider } from '../provider.ts';
import type { ConformanceCases } from './cases.ts';
import { faults } from './faults.ts';
import type { PeerReply } from './peer.ts';
import { failureOf, onStage } from './stage.ts';

/** What is no answer: each ends in one `ProviderError` with its code, and tells no secret. */
export function testFailing(provider: RealTimeProvider, cases: ConformanceCases): void {
  const secrets = Object.values(cases.credentials).filter((value) => value.length > 3);

  const failWith = (broken: (good: PeerReply) => PeerReply, timeoutMs?: number) =>
    onStage(provider, cases, {
      reply(request) {
        const good = cases.answer(request, cases.boxes);
        return cases.isQuestion(request) ? broken(good) : good;
      },
      ...(timeoutMs !== undefined && { timeoutMs }),
      act: (stage) => failureOf(stage.trace()),
    });

  it.each(faults)('ends $name in $code', async ({ break: broken, code, retryAfterMs }) => {
    const error = await failWith(broken);
    expect(error.code).toBe(code);
    if (retryAfterMs !== undefined) expect(error.retryAfterMs).toBe(retryAfterMs);
    for (const told of [error.message, String(error.cause)]) {
      for (const secret of [...secrets, 'http://']) expect(told).not.toContain(secret);
    }
  });

  it('ends an error with status 200 in an error', async () => {
    const error = await failWith(() => ({ body: cases.errorBody }));
    expect(['provider_answer', 'provider_unavailable', 'login_failed']).toContain(error.code);
  });

  it('ends silence in provider_timeout', async () => {
    expect((await failWith(() => ({ hang: true }), 300)).code).toBe('provider_timeout');
  });

  it('sends no question that the budget refuses', async () => {
    const refused = new ProviderError('rate_limited', 'spent');
    await onStage(provider, cases, {
      reply: (request) => cases.answer(request, cases.boxes),
      async act({ peer, questions }) {
        const client = provider.connect({
          baseUrl: peer.baseUrl,
          credentials: cases.credentials,
          spend: () => Promise.reject(refused),
        });
        const { service, siteId, boxes: numbers } = cases;
        const traced = client.trace({ service, siteId, numbers, signal: new AbortController().signal });
        await expect(traced).rejects.toBe(refused);
        client.close();
        expect(questions()).toHaveLength(0);
      },
    });
  });

  it('stops with the reason of the caller', async () => {
    const controller = new AbortController();
    await onStage(provider, cases, {
      reply(request) {
        if (!cases.isQuestion(request)) return cases.answer(request, cases.boxes);
        controller.abort(new Error('stopping'));
        return { hang: true };
      },
      act: (stage) => expect(stage.trace({ signal: controller.signal })).rejects.toThrow('stopping'),
    });
  });
}
