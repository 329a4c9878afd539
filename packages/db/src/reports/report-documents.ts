import type { EventCode, StatusEvent, TraceErrorCode } from '@envase/contracts';
import type { DeliveryDoc } from '../deliveries/delivery-documents.ts';
import type { TraceDoc } from '../documents.ts';
import type { Tenant } from '../repositories.ts';

/** Who asks: a tenant, or an operator for the whole platform. */
export type ReportScope = Tenant | 'platform';

/** From `since` on, before `until`. */
export interface Span {
  since: Date;
  until: Date;
}

/** What a report needs of a result or an error that was told. */
export interface ToldEvent {
  _id: string;
  traceId: string | null;
  action: string;
  createdAt: Date;
  payload: {
    providerId: string;
    siteId: string;
    destination?: { siteId: string | null } | null;
    events?: StatusEvent[];
    freshness?: { stale: boolean };
    /** Of errors. */
    code?: TraceErrorCode;
    affected?: { count: number };
  };
}

export interface ToldRequest extends Span {
  actions: readonly string[];
  /** Only results that name such an event. */
  code?: EventCode;
}

/** What a report needs of a trace with a last free day. */
export interface FreeDayTrace extends Pick<TraceDoc, '_id' | 'providerId' | 'siteId' | 'tracing'> {
  state: Pick<NonNullable<TraceDoc['state']>, 'events' | 'lastFreeDay' | 'destination'>;
}

export type ReportedDelivery = Pick<
  DeliveryDoc,
  '_id' | 'webhookId' | 'state' | 'attemptCount' | 'createdAt' | 'deliveredAt'
> & {
  rounds?: { attemptCount: number }[];
};

/** `since` and `until` are of their events. */
export interface DeliveryRequest extends Span {
  webhookIds: readonly string[];
  /** Only deliveries of traces there. */
  providerId?: string | undefined;
  siteId?: string | undefined;
}

/**
 * Rows of reports, one at a time in bounded memory: a method resolves when `visit` has seen them all. What is for tests only is left
 * out, but for deliveries, whose hooks the caller chooses.
 */
export interface ReportRepository {
  /** What the platform told about boxes, oldest first: the events of one settling stand together. */
  eachTold(who: ReportScope, request: ToldRequest, visit: (event: ToldEvent) => void): Promise<void>;
  /** Traces whose earliest last free day, `YYYY-MM-DD`, is from `since` on and before `until`, of their newest trip. */
  eachWithFreeDay(
    who: ReportScope,
    days: { since: string; until: string },
    visit: (trace: FreeDayTrace) => void,
  ): Promise<void>;
  eachDelivery(
    who: ReportScope,
    request: DeliveryRequest,
    visit: (delivery: ReportedDelivery) => void,
  ): Promise<void>;
  /** Ids of the real (not test) hooks whose deliveries the caller may read, in order. */
  listHooks(who: ReportScope): Promise<string[]>;
}
