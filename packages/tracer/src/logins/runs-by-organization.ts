import type { TraceDoc, TraceRepository } from '@envase/db';
import DataLoader from 'dataloader';
import type { RunTraces } from '../runs/run-traces.ts';

/**
 * `trace.run` where customers have logins of their own: the runs of each organization meet, wait and share requests among
 * themselves only, so what one login is told reaches its owner's traces alone (quality S1).
 */
export function createRunsByOrganization(deps: {
  traces: Pick<TraceRepository, 'getMany'>;
  /** Called once for each organization. */
  createLine(orgId: string): RunTraces;
}): RunTraces {
  const lines = new Map<string, RunTraces>();
  const loader = new DataLoader<string, TraceDoc | null>((ids) => loadTraces(ids, deps.traces), {
    cache: false,
  });
  return async (job) => {
    const trace = await loader.load(job.traceId);
    if (!trace) return;
    const line = lines.get(trace.orgId) ?? deps.createLine(trace.orgId);
    lines.set(trace.orgId, line);
    await line(job);
  };
}

async function loadTraces(ids: readonly string[], traces: Pick<TraceRepository, 'getMany'>) {
  const found = await traces.getMany([...new Set(ids)]);
  const byId = new Map(found.map((trace) => [trace._id, trace]));
  return ids.map((id) => byId.get(id) ?? null);
}
