import type { Service } from '@envase/contracts';
import type { MilestoneCode, Observed } from '@envase/domain';
import type { RealTimeProvider } from '../provider.ts';
import type { PeerReply, PeerRequest } from './peer.ts';

/** A provider as far as it maps: the same for every workflow. */
export type MappedProvider = Pick<RealTimeProvider, 'manifest' | 'map'>;

/** What a mapper alone is tested with. */
export type MappingCases = Pick<
  ConformanceCases,
  'service' | 'siteId' | 'boxes' | 'unknownCodes' | 'localTime' | 'samples' | 'mayAppear'
>;

/** What a provider brings to the suite: its wire format, as a peer speaks it, and what must come of it. */
export interface ConformanceCases {
  service: Service;
  siteId: string;
  credentials: Readonly<Record<string, string>>;
  /** Two boxes the vendor knows. */
  boxes: readonly [string, string];
  /** One it knows too and nobody asks for. */
  stranger: string;
  /** The vendor's answer to any of its requests when it knows `known`; a box named twice has two rows. */
  answer(request: PeerRequest, known: readonly string[]): PeerReply;
  /** Whether a request asks about boxes, as against one for a token. */
  isQuestion(request: PeerRequest): boolean;
  /** Questions that one batch of both boxes costs. */
  questions: number;
  /** What the fixtures map to, observed at `observedAt`. */
  expected: Readonly<Record<string, Observed>>;
  /** The vendor's error object, sent with status 200. */
  errorBody: unknown;
  /** The answer in another form: an object where an array was promised, and the reverse. */
  flips: readonly { name: string; flip(body: unknown): unknown; becomes: 'the same' | 'provider_answer' }[];
  /** Slices with a code nobody documented, and how it is reported. */
  unknownCodes: readonly { name: string; slice: unknown; code: string }[];
  localTime: LocalTimeCase;
  /** Slices rich in members, whose values the suite replaces with junk one by one. */
  samples: readonly Sample[];
  /** Expectations that may appear when the member that overtook them cannot be read. */
  mayAppear?: readonly MilestoneCode[];
}

export interface Sample {
  number: string;
  slice: unknown;
}

/** How the provider tells a zone-less time, if its wire format can. */
export interface LocalTimeCase {
  /** A slice that tells one moment at a site as `YYYY-MM-DDTHH:mm:ss`; an empty site is a place nobody knows. */
  slice(local: string, siteId: string): unknown;
  /** The milestone that moment becomes. */
  code: MilestoneCode;
}

/** When every observation of the suite is made. */
export const observedAt = '2026-05-31T12:00:00.000Z';
