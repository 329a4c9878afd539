import type { MapContext, ProviderError, RealTimeProvider } from '../provider.ts';
import { ProviderError as Failure } from '../provider.ts';
import { findSite } from '../sites.ts';
import { type ConformanceCases, type MappedProvider, type MappingCases, observedAt } from './cases.ts';
import { type Peer, type PeerReply, type PeerRequest, startPeer } from './peer.ts';

export interface Stage {
  peer: Peer;
  /** How often the budget was asked. */
  spent: () => number;
  trace(options?: { numbers?: readonly string[]; signal?: AbortSignal }): Promise<Map<string, unknown>>;
  questions(): PeerRequest[];
  close(): Promise<void>;
}

/** The provider connected to a peer that answers as `reply` says. */
async function setStage(
  provider: RealTimeProvider,
  cases: ConformanceCases,
  { reply, timeoutMs }: { reply: (request: PeerRequest) => PeerReply; timeoutMs?: number },
): Promise<Stage> {
  const peer = await startPeer(reply);
  let spent = 0;
  const client = provider.connect({
    baseUrl: peer.baseUrl,
    credentials: cases.credentials,
    timeoutMs: timeoutMs ?? 5_000,
    spend: async () => {
      spent += 1;
    },
  });
  return {
    peer,
    spent: () => spent,
    questions: () => peer.requests.filter((request) => cases.isQuestion(request)),
    async trace({ numbers = cases.boxes, signal = new AbortController().signal } = {}) {
      const { service, siteId } = cases;
      return (await client.trace({ service, siteId, numbers, signal })).slices;
    },
    async close() {
      client.close();
      await peer.close();
    },
  };
}

/** Runs `act` on a stage and takes it down. */
export async function onStage<T>(
  provider: RealTimeProvider,
  cases: ConformanceCases,
  options: {
    reply: (request: PeerRequest) => PeerReply;
    timeoutMs?: number;
    act: (stage: Stage) => Promise<T>;
  },
): Promise<T> {
  const stage = await setStage(provider, cases, options);
  try {
    return await options.act(stage);
  } finally {
    await stage.close();
  }
}

/** The failure of a trace that must fail. */
export async function failureOf(traced: Promise<unknown>): Promise<ProviderError> {
  const error = await traced.then(
    () => 'nothing failed',
    (thrown: unknown) => thrown,
  );
  if (error instanceof Failure) return error;
  throw new Error('The trace did not fail with a ProviderError', { cause: error });
}

/** The context in which a box is mapped. */
export function contextOf(
  provider: MappedProvider,
  cases: MappingCases,
  { number, siteId = cases.siteId }: { number: string; siteId?: string },
): MapContext {
  const zone = findSite(provider.manifest, siteId)?.timeZone ?? null;
  return { service: cases.service, number, siteId, zone, observedAt };
}

/** The same value, which throws when anything in it is changed. */
export function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) freeze(member);
    Object.freeze(value);
  }
  return value;
}
