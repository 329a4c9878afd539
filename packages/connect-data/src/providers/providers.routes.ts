import { listQuery, pageOf, providerAnswer } from '@envase/contracts';
import type { ProviderStateRepository } from '@envase/db';
import { endpoint, type Route } from '@envase/http';
import { listManifests, type ProviderManifest } from '@envase/providers';
import { AppError, type Clock } from '@envase/runtime';
import { presentProvider } from './present-provider.ts';

interface ProviderRouteDeps {
  providerStates: ProviderStateRepository;
  clock: Pick<Clock, 'now'>;
}

/** `GET /api/providers`: whom we can ask, for what, and how they do (contract s7, s9); in the order of their ids. */
export function providerRoutes({ providerStates, clock }: ProviderRouteDeps): Route[] {
  return [
    {
      method: 'GET',
      path: '/api/providers',
      endpoint: endpoint({
        scope: 'connectdata/events',
        summary: 'List the providers with their sites, limits, gaps and health',
        query: listQuery,
        answers: { 200: pageOf(providerAnswer) },
        handle: async ({ query }) => {
          const { items, nextCursor } = cutPage(listManifests(), query);
          const states = await providerStates.getMany(items.map(({ id }) => id));
          const byId = new Map(states.map((state) => [state._id, state]));
          const now = new Date(clock.now());
          const data = items.map((manifest) => presentProvider(manifest, byId.get(manifest.id) ?? null, now));
          return { status: 200, body: { data, nextCursor } };
        },
      }),
    },
  ];
}

/** The catalogue is in memory, in the order of ids: a cursor is the last id of its page. */
function cutPage(
  manifests: readonly ProviderManifest[],
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): { items: ProviderManifest[]; nextCursor: string | null } {
  const after = cursor === undefined ? -1 : manifests.findIndex(({ id }) => toCursor(id) === cursor);
  if (cursor !== undefined && after === -1) {
    const details = [{ path: 'query.cursor', message: 'was not given by this list' }];
    throw new AppError('invalid_request', 'The cursor is not valid', { details });
  }
  const items = manifests.slice(after + 1, after + 1 + limit);
  const last = items.at(-1);
  const isMore = after + 1 + limit < manifests.length;
  return { items, nextCursor: isMore && last ? toCursor(last.id) : null };
}

function toCursor(id: string): string {
  return Buffer.from(JSON.stringify(['providers', id])).toString('base64url');
}
