import {
  jsonVariable,
  keyRingVariable,
  programVariables,
  queueVariables,
  speedVariable,
} from '@envase/runtime';
import { z } from 'zod';

const connections = z.record(
  z.string(),
  z.object({ baseUrl: z.url(), credentials: z.record(z.string(), z.string()).default({}) }),
);

/** `{"apm": {"baseUrl": "https://…", "credentials": {"clientId": "…", "clientSecret": "…"}}}` as JSON text. */
const providerConnections = jsonVariable
  .pipe(connections)
  .describe('where each provider is reached and with what login, as JSON');

const owner = z.object({ orgId: z.string().min(1), svcId: z.string().min(1) });

/** Contract s4, the row of appointments: the feed is one for all, and belongs to this service unless configured. */
const appointmentOwners = jsonVariable
  .prefault('[{"orgId":"ENVASE","svcId":"ICTSI-INTEGRATION"}]')
  .pipe(z.array(owner).min(1))
  .describe('organizations and services that are told of appointments, as JSON');

/** Variables of the Tracer. A provider that PROVIDERS does not name is not asked by this process. */
export const tracerConfig = z.object({
  ...programVariables,
  ...queueVariables,
  ...speedVariable,
  PROVIDERS: providerConnections,
  KEY_RING: keyRingVariable.describe('keys that seal logins of customers at rest, id:base64,id2:base64'),
  APPOINTMENT_OWNERS: appointmentOwners,
});
export type TracerConfig = z.output<typeof tracerConfig>;
