import { z } from 'zod';
import { opaqueId } from './vocabulary.ts';

/** Body of `PUT /api/credentials/{providerId}`, beside the fields that the provider's manifest names (contract s7). */
export const credentialBody = z.looseObject({ orgId: opaqueId });

/** A customer's login at a provider without its values (contract s10 "logins"). */
export const credentialAnswer = z
  .object({
    providerId: z.string(),
    orgId: z.string(),
    /** The names of what was given. */
    fields: z.array(z.string()),
    /** `unchecked` until the provider is first asked with it. */
    status: z.enum(['unchecked', 'accepted', 'refused']),
    checkedAt: z.iso.datetime({ offset: true }).nullable(),
  })
  .meta({ id: 'Credential' });
export type Credential = z.output<typeof credentialAnswer>;
