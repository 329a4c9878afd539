import type { Service, TraceUntil } from '@envase/contracts';
import type { TraceFacts } from '@envase/domain';
import { findProvider } from './registry.ts';
import { findSite } from './sites.ts';

/** What folding and planning take from the catalogue for a trace, by what was published: test traces alike. */
export function readTraceFacts(trace: {
  providerId: string;
  siteId: string;
  service: Service;
  traceUntil: TraceUntil;
}): TraceFacts {
  const { providerId, siteId, service, traceUntil } = trace;
  const manifest = findProvider(providerId)?.manifest;
  return {
    service,
    providerType: manifest?.type ?? 'terminal',
    traceUntil,
    zone: (manifest && findSite(manifest, siteId)?.timeZone) ?? null,
  };
}
