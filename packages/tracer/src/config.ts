import { jsonVariable, programVariables, queueVariables, speedVariable } from '@envase/runtime';
import { z } from 'zod';

const connections = z.record(
  z.string(),
  z.object({ baseUrl: z.url(), credentials: z.record(z.string(), z.string()).default({}) }),
);

/** `{"apm": {"baseUrl": "https://…", "credentials": {"clientId": "…", "clientSecret": "…"}}}` as JSON text. */
const providerConnections = jsonVariable
  .pipe(connections)
  .describe('where each provider is reached and with what login, as JSON');

/** Variables of the Tracer. A provider that PROVIDERS does not name is not asked by this process. */
export const tracerConfig = z.object({
  ...programVariables,
  ...queueVariables,
  ...speedVariable,
  PROVIDERS: providerConnections,
});
export type TracerConfig = z.output<typeof tracerConfig>;
