import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PeerReply, PeerRequest } from '../conformance/index.ts';
import { readCursor } from './cursor.ts';
import { signQueue } from './queue.ts';
import { first, locked, messageOf, second, tokenOf, withClient } from './sample-peer.ts';

const signal = new AbortController().signal;

describe('sprintpass_pro retrieves', () => {
  const heads =
    (...replies: PeerReply[]) =>
    (request: PeerRequest) =>
      request.method === 'DELETE' ? { status: 200, body: '' } : (replies.shift() ?? { status: 204 });
  const completed = (asked: readonly PeerRequest[]) =>
    asked.filter(({ method }) => method === 'DELETE').map(({ path }) => path);

  it('what waits, and completes it only when the cursor comes back', async () => {
    await withClient(
      heads(locked(1, messageOf(first)), locked(2, messageOf(second))),
      async (client, asked) => {
        const page = await client.retrieve({ cursor: null, signal });
        expect(page.told.map(({ number }) => number)).toEqual([first, second]);
        expect(page.isMore).toBe(true);
        expect(completed(asked)).toEqual([]);
        const rest = await client.retrieve({ cursor: page.cursor, signal });
        expect(rest).toEqual({ told: [], cursor: '[]', isMore: false });
        expect(completed(asked)).toEqual([1, 2].map((one) => `/queue/messages/${one}/${tokenOf(one)}`));
      },
    );
  });

  it.each([404, 410])('on after a lock that ran out (%i): the message comes again', async (status) => {
    const reply = (request: PeerRequest) =>
      request.method === 'DELETE' ? { status, body: 'lost' } : { status: 204 };
    const cursor = JSON.stringify([`7/${tokenOf(7)}`]);
    const page = await withClient(reply, (client) => client.retrieve({ cursor, signal }));
    expect(page.told).toEqual([]);
  });

  it('what came before a message that cannot be read, which then fails alone', async () => {
    const bad = locked(2, 'no JSON');
    await withClient(heads(locked(1, messageOf(first)), bad, bad), async (client) => {
      const page = await client.retrieve({ cursor: null, signal });
      expect(page.told.map(({ number }) => number)).toEqual([first]);
      await expect(client.retrieve({ cursor: page.cursor, signal })).rejects.toMatchObject({
        code: 'provider_answer',
      });
    });
  });

  it('that a box was not found, when its tracing ended with a critical message', async () => {
    const ended = {
      orchestration_request: { container_nbr: first.slice(0, 10) },
      orchestration_status: {
        status: 'ENDED',
        ended_dttm: '2026-06-02T10:00:00.0000000',
        messages: [{ message_cd: '10009', message_severity_cd: 'C' }],
      },
    };
    const silent = { ...ended, orchestration_status: { status: 'ACTIVE', ended_dttm: null } };
    const reply = heads(locked(1, ended), locked(2, silent), locked(3, { orchestration_request: {} }));
    const page = await withClient(reply, (client) => client.retrieve({ cursor: null, signal }));
    expect(page.told).toEqual([{ number: first, slice: undefined }]);
    expect(readCursor(page.cursor)).toHaveLength(3);
  });

  it('nothing from a queue whose key is refused, or that does not say how a message is locked', async () => {
    for (const [reply, code] of [
      [{ status: 401, body: '' }, 'login_failed'],
      [{ status: 201, body: messageOf(first) }, 'provider_answer'],
    ] as const) {
      const retrieved = withClient(
        () => reply,
        (client) => client.retrieve({ cursor: null, signal }),
      );
      await expect(retrieved).rejects.toMatchObject({ code });
    }
  });

  it('from any cursor: one that is none has no locks, and no lock leads elsewhere', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        for (const lock of readCursor(text)) expect(lock).toMatch(/^\d+\/[0-9a-fA-F-]{36}$/);
      }),
    );
    expect(readCursor('["../../other"]')).toEqual([]);
  });

  it('with a signature of the address and the time at which it ends', () => {
    const signed = signQueue('https://ns.example.test/q/', { policy: 'listen', key: 'k', nowMs: 1_000_000 });
    // printf 'https%%3A%%2F%%2Fns.example.test%%2Fq\n1300' | openssl dgst -sha256 -hmac k -binary | base64
    const sig = 'qw3JMYs2lKbO1Rf%2BEtnDyNVDs8qb3TGpDcoJ4Nc4%2FBU%3D';
    expect(signed).toBe(
      `SharedAccessSignature sr=https%3A%2F%2Fns.example.test%2Fq&sig=${sig}&se=1300&skn=listen`,
    );
  });
});
