import { programVariables, queueVariables, speedVariable } from '@envase/runtime';
import { z } from 'zod';

/** Variables of the Trace Manager. */
export const traceManagerConfig = z.object({ ...programVariables, ...queueVariables, ...speedVariable });
export type TraceManagerConfig = z.output<typeof traceManagerConfig>;
