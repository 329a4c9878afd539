import type { Tenant, TraceDoc, TraceRepository } from '@envase/db';
import { AppError } from '@envase/runtime';
import { z } from 'zod';
import type { AwaitApplied } from './await-applied.ts';

/** The path parameter of every route about one trace. */
export const traceId = z.object({ id: z.string().regex(/^[\w-]{1,64}$/) });

/** A trace of the caller's, also one whose order is just being applied; throws `not_found`. */
export type FindTrace = (tenant: Tenant, id: string) => Promise<TraceDoc>;

export function createFindTrace(deps: {
  traces: Pick<TraceRepository, 'find'>;
  awaitApplied: AwaitApplied;
}): FindTrace {
  const { traces, awaitApplied } = deps;
  const findLater = async (tenant: Tenant, id: string) => {
    await awaitApplied(tenant, { traceIds: [id] });
    return traces.find(tenant, id);
  };
  return async (tenant, id) => {
    const trace = (await traces.find(tenant, id)) ?? (await findLater(tenant, id));
    if (!trace) throw new AppError('not_found', 'There is no such trace');
    return trace;
  };
}
