import { deflateRawSync } from 'node:zlib';
import type { FailureReport, ObservationDoc, Receipt, TraceDoc } from '@envase/db';
import { notFound, servedForceSeq } from '@envase/domain';
import type { MapContext, Provider } from '@envase/providers';
import { hashId, newEventId } from '@envase/runtime';
import canonicalize from 'canonicalize';

/**
 * What a provider said about one box, kept as its own slice: compressed raw form, hash, normalized form. A missing slice is
 * "not found". Throws what `map` throws.
 */
export function observeAnswer(
  trace: TraceDoc,
  slice: unknown,
  context: { provider: Provider; zone: string | null; now: number; receipt?: Receipt | undefined },
): ObservationDoc {
  const { provider, zone, now, receipt } = context;
  const { mapperVersion } = provider.manifest;
  const observedAt = new Date(now).toISOString();
  const raw = canonicalize(slice ?? null) ?? 'null';
  const mapContext: MapContext = {
    service: trace.service,
    number: trace.number,
    siteId: trace.siteId,
    zone,
    observedAt,
  };
  return {
    ...blank(trace, now),
    kind: 'answer',
    // What is outstanding afterwards is part of what was said: a repeat only bumps the observation.
    hash: receipt ? hashId(mapperVersion, raw, ...partsOf(receipt)) : hashId(mapperVersion, raw),
    mapperVersion,
    raw: deflateRawSync(raw),
    normalized: slice === undefined ? notFound(observedAt) : provider.map(slice, mapContext),
    ...(receipt && { receipt }),
  };
}

/** That an order or subscription stands, and says nothing of the box yet. */
export function observeReceipt(
  trace: TraceDoc,
  receipt: Receipt,
  context: { mapperVersion: string; now: number },
): ObservationDoc {
  return {
    ...blank(trace, context.now),
    kind: 'receipt',
    hash: hashId(...partsOf(receipt)),
    mapperVersion: context.mapperVersion,
    receipt,
  };
}

function partsOf({ reference, waitMs, rule }: Receipt): string[] {
  return [reference ?? '', String(waitMs), rule];
}

/** That an attempt failed, for one of the traces it was for. */
export function observeFailure(
  trace: TraceDoc,
  failure: FailureReport,
  context: { mapperVersion: string; now: number },
): ObservationDoc {
  return {
    ...blank(trace, context.now),
    kind: 'failure',
    // Something to tell is a new observation always: bumping the last one would not carry it.
    hash: hashId(failure.code, failure.message, failure.tell ? String(context.now) : ''),
    mapperVersion: context.mapperVersion,
    failure,
  };
}

function blank(trace: TraceDoc, now: number): ObservationDoc {
  const at = new Date(now);
  return {
    _id: `${trace._id}~${newEventId(now)}`,
    traceId: trace._id,
    kind: 'answer',
    observedAt: at,
    lastAt: at,
    times: 1,
    hash: '',
    mapperVersion: '',
    raw: null,
    normalized: null,
    failure: null,
    forceSeq: servedForceSeq(trace, now),
  };
}
