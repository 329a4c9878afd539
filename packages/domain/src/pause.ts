/** What an operator can pause: asking a provider at all, or asking anybody for an organization. */
export type PauseKind = 'provider' | 'organization';

/** Whom an operator has paused at a moment; `null` is until the pause is taken back. */
export interface Paused {
  /** By the id of the queue that asks them: test traces go to another. */
  providers: ReadonlyMap<string, Date | null>;
  organizations: ReadonlyMap<string, Date | null>;
}

export const nobodyPaused: Paused = { providers: new Map(), organizations: new Map() };

/** Whether nobody is to be asked for this trace. */
export function isPaused({ via, orgId }: { via: string; orgId: string }, paused: Paused): boolean {
  return paused.providers.has(via) || paused.organizations.has(orgId);
}

/** Whether a pause stands at `now`, epoch milliseconds. */
export function isStanding({ until }: { until: Date | null }, now: number): boolean {
  return until === null || until.getTime() > now;
}

/** The pauses that stand at `now`, epoch milliseconds. */
export function listPaused(
  pauses: readonly { kind: PauseKind; id: string; until: Date | null }[],
  now: number,
): Paused {
  const standing = pauses.filter((one) => isStanding(one, now));
  const of = (wanted: PauseKind) =>
    new Map(standing.flatMap(({ kind, id, until }) => (kind === wanted ? [[id, until] as const] : [])));
  return { providers: of('provider'), organizations: of('organization') };
}
