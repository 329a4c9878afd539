import { fileURLToPath } from 'node:url';
import { noteProgress, startHalf, waitFor } from '@envase/testing';
import { buildTrace } from '../test/build.ts';
import { openManager, variablesOf } from '../test/open-manager.ts';
import { numberOf } from './at-rest.ts';
import { apmManifest, openPump } from './yard.ts';

export interface AskedFor {
  requests: number;
  batchSize: number;
}

/**
 * Lets a tracer of its own ask a simulated provider for so many containers that are due at once, fed by the pump, and counts the
 * requests that reached the provider: those of the operation that was used most.
 */
export async function countRequests(redisUrl: string, due: number): Promise<AskedFor> {
  const manager = await openManager({ redisUrl });
  const { traces, observations } = manager.program.db.repositories;
  const rows = Array.from({ length: due }, (_, n) =>
    buildTrace({ _id: `due-${n}`, number: numberOf(n), siteId: 'USLAX', nextTraceAt: new Date() }),
  );
  await traces.swap(rows.map((trace) => ({ expectedRev: null, trace })));
  const tracer = await startHalf(
    fileURLToPath(new URL('../../tracer/bench/tracer.ts', import.meta.url)),
    variablesOf(manager),
  );
  const pump = openPump(manager);
  const ids = rows.map(({ _id }) => _id);
  const answered = async () => {
    const { size } = await observations.newest(ids);
    noteProgress(`  ${size} of ${due} containers answered`);
    return size === due;
  };
  try {
    pump.run();
    await waitFor(answered, { what: 'an answer for each container', timeoutMs: 300_000, everyMs: 3_000 });
    return { requests: await tracer.stored(), batchSize: apmManifest().batchSize };
  } finally {
    await pump.close();
    await tracer.close();
    await manager.close();
  }
}
