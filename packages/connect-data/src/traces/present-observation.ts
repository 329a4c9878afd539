import type { ObservationDoc } from '@envase/db';
import { readRawText } from '@envase/providers';

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
