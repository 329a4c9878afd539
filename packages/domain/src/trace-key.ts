import type { Service, TraceType } from '@envase/contracts';
import { normalizeProviderId } from './provider-id.ts';

/** What makes a trace that trace (contract s3, "Identity of a trace"). */
export interface TraceIdentity {
  orgId: string;
  svcId: string;
  isTest: boolean;
  type: TraceType;
  service: Service;
  /** Normalized. */
  number: string;
  providerId: string;
  siteId: string;
}

/** The parts to hash into a trace's id, always as many and in this order, so no two identities share them. */
export function traceKey(identity: TraceIdentity): string[] {
  const { orgId, svcId, isTest, type, service, number, providerId, siteId } = identity;
  const realm = isTest ? 'test' : 'real';
  return [orgId, svcId, realm, type, service, number, normalizeProviderId(providerId), siteId];
}
