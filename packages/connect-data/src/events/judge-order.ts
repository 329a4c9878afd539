import type { Issue, PublishItem, Service, TraceOrder, Workflow } from '@envase/contracts';
import { findNearMatches, judgeBooking, judgeNumber } from '@envase/domain';
import {
  findProvider,
  findScenario,
  findSite,
  listManifests,
  type ProviderManifest,
  scenarioNames,
} from '@envase/providers';

/** An order against the catalogue; `items` in the order they were sent, `order` with our ids of provider and site. */
export interface JudgedOrder {
  order: TraceOrder;
  /** Null where the provider is unknown; `issues` then says so. */
  workflow: Workflow | null;
  /** What the traces of a test publish play; null for a real one. */
  scenario: string | null;
  items: JudgedItem[];
  issues: Issue[];
}

/** `number` is null where the item cannot be traced; `answer` says why. */
export interface JudgedItem {
  number: string | null;
  answer: PublishItem;
}

/** Looks an order's provider, service and site up in the catalogue and judges each number (contract s3, s9, s10). Pure. */
export function judgeOrder(order: TraceOrder, isTest: boolean): JudgedOrder {
  const items = order.items.map((item) => judgeItem(item, order));
  const { scenario, faults } = isTest ? judgeScenario(order) : { scenario: null, faults: [] };
  const manifest = findProvider(order.providerId)?.manifest;
  if (!manifest) {
    const issues = [unknownProvider(order.providerId), ...faults];
    return { order, workflow: null, scenario, items, issues };
  }
  const site = order.siteId === '' ? null : findSite(manifest, order.siteId);
  const issues = [
    ...checkService(manifest, order.service),
    ...(order.siteId === '' || site ? [] : [unknownSite(manifest, order.siteId)]),
    ...faults,
  ];
  const known = { ...order, providerId: manifest.id, siteId: site?.id ?? '' };
  return { order: known, workflow: manifest.workflow, scenario, items, issues };
}

/** `data.scenario` of a test publish (contract s10, test traces): absent for the default. */
function judgeScenario({ data }: TraceOrder): { scenario: string | null; faults: Issue[] } {
  const sent = (data && Object.hasOwn(data, 'scenario') && data.scenario) || '';
  const scenario = typeof sent === 'string' ? findScenario(sent) : null;
  if (scenario) return { scenario: scenario.name, faults: [] };
  const message = `unknown scenario; known: ${scenarioNames.join(', ')}`;
  return { scenario: null, faults: [{ path: '/payload/data/scenario', message }] };
}

function unknownProvider(sent: string): Issue {
  const ids = listManifests().map((manifest) => manifest.id);
  return { path: '/payload/providerId', message: `unknown provider; ${suggest(sent, ids)}` };
}

function unknownSite({ id, sites }: ProviderManifest, sent: string): Issue {
  const ids = sites.map((site) => site.id);
  return { path: '/payload/siteId', message: `unknown site of ${id}; ${suggest(sent, ids)}` };
}

function suggest(sent: string, known: readonly string[]): string {
  const near = findNearMatches(sent, known);
  return near.length > 0 ? `did you mean ${near.join(' or ')}?` : `known: ${known.join(', ') || 'none'}`;
}

function checkService(manifest: ProviderManifest, service: Service | null): Issue[] {
  if (service === null || manifest.services.includes(service)) return [];
  const offering = listManifests().filter((other) => other.services.includes(service));
  const who = offering.map((other) => other.id).join(', ') || 'no provider yet';
  const message = `${manifest.id} does not offer ${service}; offered by: ${who}`;
  return [{ path: '/payload/providerId', message }];
}

function judgeItem(item: TraceOrder['items'][number], order: TraceOrder): JudgedItem {
  const { id, normalizedId: claimed } = item;
  const claim = claimed === undefined ? {} : { normalizedId: claimed };
  const judged =
    order.type === 'BOOKING'
      ? judgeBooking(id, claim)
      : judgeNumber(id, { ...claim, strict: order.strictNumbers });
  const { verdict, normalizedId, warnings, reason } = judged;
  const answer: PublishItem = {
    // As MongoDB can store it, so that a repeat is answered alike.
    id: id.toWellFormed(),
    normalizedId,
    traceId: null,
    outcome: normalizedId === null ? 'rejected' : 'tracking',
    verdict,
    warnings: [...warnings],
    ...(reason === undefined ? {} : { reason }),
  };
  return { number: normalizedId, answer };
}
