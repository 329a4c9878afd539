import type { PageOf, PageRequest, Tenant } from '../repositories.ts';

/** What is counted per day (contract s9, usage), each by the program that does it. */
export const usageCounts = ['published', 'tracing', 'providerRequests', 'delivered', 'failed'] as const;
export type UsageCount = (typeof usageCounts)[number];
export type UsageCounts = Record<UsageCount, number>;

/** The counts of one service of an organization on one day in UTC. */
export interface UsageDoc extends Partial<UsageCounts> {
  /** `<date>~<orgId>~<svcId>`. */
  _id: string;
  /** `YYYY-MM-DD`. */
  date: string;
  orgId: string;
  svcId: string;
}

export interface UsageIncrement extends Omit<UsageDoc, '_id'> {}

export interface UsageDay extends UsageCounts {
  date: string;
}

export interface UsageRepository {
  /** Adds to the counts of the days. Not fenced: a write that was not confirmed may be counted twice. */
  add(increments: readonly UsageIncrement[]): Promise<void>;
  /** Every day of a range, `until` excluded, those without work too, oldest first; over all services of the tenant. */
  list(tenant: Tenant, range: { since: Date; until: Date }, page: PageRequest): Promise<PageOf<UsageDay>>;
}
