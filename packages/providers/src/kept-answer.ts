import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import { notFound, type Observed } from '@envase/domain';
import type { MapContext, Provider } from './provider.ts';
import { findSite } from './sites.ts';

const inflate = promisify(inflateRaw);

/** What is kept of a provider's answer about one box. */
export interface KeptAnswer {
  observedAt: Date;
  /** The box's slice as deflated JSON. */
  raw: Uint8Array | null;
  /** What the mapper of its time read in it. */
  normalized: Observed | null;
}

/** The raw slice as JSON text; `null` of what was not found, and of failures and receipts. */
export async function readRawText({ raw }: Pick<KeptAnswer, 'raw'>): Promise<string> {
  return raw === null ? 'null' : (await inflate(raw)).toString();
}

/**
 * Reads a kept answer with today's mapper (contract s7, `asOf`). A slice that it cannot read, or whose provider is no longer known,
 * means what it meant when it came.
 */
export async function readAnew(
  answer: KeptAnswer,
  by: {
    trace: Pick<MapContext, 'service' | 'number' | 'siteId'>;
    provider: Pick<Provider, 'manifest' | 'map'> | null;
  },
): Promise<Observed | null> {
  const { trace, provider } = by;
  const observedAt = answer.observedAt.toISOString();
  const text = await readRawText(answer);
  if (text === 'null') return notFound(observedAt);
  if (provider === null) return answer.normalized;
  const { service, number, siteId } = trace;
  const zone = findSite(provider.manifest, siteId)?.timeZone ?? null;
  try {
    return provider.map(JSON.parse(text), { service, number, siteId, zone, observedAt });
  } catch {
    return answer.normalized;
  }
}
