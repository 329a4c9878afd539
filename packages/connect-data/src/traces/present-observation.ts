import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import type { ObservationDoc } from '@envase/db';

const inflate = promisify(inflateRaw);

/** An observation as JSON text (contract s9): the raw slice is spliced in as it was stored, beside what we read in it. */
export async function renderObservation(observation: ObservationDoc): Promise<string> {
  const head = {
    id: observation._id,
    kind: observation.kind,
    observedAt: observation.observedAt.toISOString(),
    lastAt: observation.lastAt.toISOString(),
    times: observation.times,
    hash: observation.hash,
    mapperVersion: observation.mapperVersion,
    normalized: observation.normalized,
  };
  return `${JSON.stringify(head).slice(0, -1)},"raw":${await readRawText(observation)}}`;
}

/** The raw slice as JSON text; `null` of what was not found, and of failures and receipts. */
export async function readRawText({ raw }: Pick<ObservationDoc, 'raw'>): Promise<string> {
  return raw === null ? 'null' : (await inflate(raw)).toString();
}
