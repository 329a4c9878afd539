import type { Issue, PublishItem, Service, TraceOrder } from '@envase/contracts';
import { findNearMatches, judgeBooking, judgeNumber } from '@envase/domain';
import { findProvider, findSite, listManifests, type ProviderManifest } from '@envase/providers';
import { AppError } from '@envase/runtime';

/** An order whose provider, site and numbers make sense; `items` in the order they were sent. */
export interface JudgedOrder {
  order: TraceOrder;
  manifest: ProviderManifest;
  items: JudgedItem[];
}

/** `number` is null where the item cannot be traced; `answer` says why. */
export interface JudgedItem {
  number: string | null;
  answer: PublishItem;
}

/** Checks an order against the catalogue and judges each number (contract s3). Throws one error with every fault. */
export function judgeOrder(order: TraceOrder): JudgedOrder {
  const provider = findProvider(order.providerId);
  if (!provider) throw invalid([unknownProvider(order.providerId)]);
  const { manifest } = provider;
  const issues = [...checkService(manifest, order.service), ...checkSite(manifest, order.siteId)];
  if (issues.length > 0) throw invalid(issues);
  const siteId = findSite(manifest, order.siteId)?.id ?? '';
  const items = order.items.map((item) => judgeItem(item, order));
  return { order: { ...order, providerId: manifest.id, siteId }, manifest, items };
}

function invalid(details: Issue[]): AppError {
  return new AppError('invalid_request', 'The order cannot be traced', { details });
}

function unknownProvider(sent: string): Issue {
  const ids = listManifests().map((manifest) => manifest.id);
  const near = findNearMatches(sent, ids);
  const hint = near.length > 0 ? `did you mean ${near.join(' or ')}?` : `known: ${ids.join(', ')}`;
  return { path: '/payload/providerId', message: `unknown provider; ${hint}` };
}

function checkService(manifest: ProviderManifest, service: Service | null): Issue[] {
  if (service === null || manifest.services.includes(service)) return [];
  const offering = listManifests().filter((other) => other.services.includes(service));
  const who = offering.map((other) => other.id).join(', ') || 'no provider yet';
  const message = `${manifest.id} does not offer ${service}; offered by: ${who}`;
  return [{ path: '/payload/providerId', message }];
}

function checkSite(manifest: ProviderManifest, siteId: string): Issue[] {
  if (siteId === '' || findSite(manifest, siteId)) return [];
  const ids = manifest.sites.map((site) => site.id);
  const near = findNearMatches(siteId, ids);
  const hint = near.length > 0 ? `did you mean ${near.join(' or ')}?` : `known: ${ids.join(', ') || 'none'}`;
  return [{ path: '/payload/siteId', message: `unknown site of ${manifest.id}; ${hint}` }];
}

function judgeItem(item: TraceOrder['items'][number], order: TraceOrder): JudgedItem {
  const { id } = item;
  const judged =
    order.type === 'BOOKING'
      ? judgeBooking(id)
      : judgeNumber(id, {
          strict: order.strictNumbers,
          ...(item.normalizedId === undefined ? {} : { normalizedId: item.normalizedId }),
        });
  const { verdict, normalizedId, reason } = judged;
  const warnings = 'warnings' in judged ? judged.warnings : [];
  const isRejected = normalizedId === null || verdict === 'rejected' || reason !== undefined;
  return {
    number: isRejected ? null : normalizedId,
    answer: {
      id,
      normalizedId,
      traceId: null,
      outcome: isRejected ? 'rejected' : 'tracking',
      verdict,
      warnings: [...warnings],
      ...(reason === undefined ? {} : { reason }),
    },
  };
}
