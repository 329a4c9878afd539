import { moment, opaqueId, scopes } from '@envase/contracts';
import { z } from 'zod';

const MAX_GRANTS = 1_000;

const name = z.string().trim().min(1).max(200);
const scopeList = z
  .array(z.enum(scopes))
  .min(1)
  .transform((list) => [...new Set(list)]);

const grant = z.object({
  // Only svcId may be `*` (contract s1).
  orgId: opaqueId.refine((orgId) => orgId !== '*', 'names one organization; only svcId may be *'),
  svcId: opaqueId,
});
const grants = z
  .array(grant)
  .max(MAX_GRANTS)
  .transform((list) => [
    ...new Map(list.map((one) => [JSON.stringify([one.orgId, one.svcId]), one])).values(),
  ]);

/** Body of `POST /admin/clients` (contract s10). */
export const newClientBody = z.object({ name, scopes: scopeList, grants }).meta({ id: 'NewClient' });

/** Body of `PATCH /admin/clients/{id}`: what is given replaces what was there. */
export const clientChangesBody = z
  .object({ name, scopes: scopeList, grants, status: z.enum(['active', 'disabled']) })
  .partial()
  .meta({ id: 'ClientChanges' });

const presented = {
  id: z.uuid(),
  name: z.string(),
  scopes: z.array(z.enum(scopes)),
  grants: z.array(z.object({ orgId: z.string(), svcId: z.string() })),
  status: z.enum(['active', 'disabled']),
  createdAt: moment,
};

/** A client without its secrets (contract s10). */
export const clientAnswer = z.object(presented).meta({ id: 'Client' });

/** The same with its secret, which is shown once. */
export const createdClient = z.object({ ...presented, secret: z.string() }).meta({ id: 'CreatedClient' });

export const newSecret = z.object({ secret: z.string() });
