import type { Tenant } from '@envase/db';
import type { Caller } from '@envase/http';

/** The tenant a request acts as: the client and its grants of this moment (quality S1). */
export function tenantOf({ clientId, grants }: Caller): Tenant {
  return { clientId, grants };
}
