import type {
  AvailabilityRow,
  DeliveryRow,
  DwellRow,
  LastFreeDayRow,
  ProviderRow,
  ReportName,
  UsageDay,
} from '@envase/contracts';
import type { Provider } from '../answers.ts';
import { type ListFilters, paginate } from '../paginate.ts';
import { type CallOptions, path, type Requester } from '../request.ts';

export interface DayFilters extends ListFilters {
  /** A date or a time; 30 days ago unless given. */
  since?: string | Date | undefined;
  /** Exclusive. */
  until?: string | Date | undefined;
}

export interface ReportFilters extends DayFilters {
  siteId?: string | undefined;
  providerId?: string | undefined;
}

/** The row of each report, by its name. */
export interface ReportRows {
  dwell: DwellRow;
  availability: AvailabilityRow;
  'last-free-day': LastFreeDayRow;
  providers: ProviderRow;
  deliveries: DeliveryRow;
}

// A report is streamed: its length is not known when it begins.
const streamMs = 600_000;

/** `/api/providers`, `/api/usage` and `/api/reports` (contract s7). */
export function catalogueRoutes(request: Requester) {
  return {
    /** Whom the platform can ask, for what, and how they do. */
    providers: (filters: ListFilters = {}, options?: CallOptions) =>
      paginate<Provider>(request, { path: '/providers', query: filters, options }),
    /** What was published, asked and delivered, day by day, oldest first. */
    usage: (filters: DayFilters = {}, options?: CallOptions) =>
      paginate<UsageDay>(request, { path: '/usage', query: filters, options }),
    reports: {
      /** Row by row, oldest day first. */
      rows: <Name extends ReportName>(name: Name, filters: ReportFilters = {}, options?: CallOptions) =>
        paginate<ReportRows[Name]>(request, { path: path`/reports/${name}`, query: filters, options }),
      /** The whole report as a file; the body of the answer is a stream. */
      file: (
        name: ReportName,
        { format, ...filters }: Omit<ReportFilters, 'limit'> & { format: 'csv' | 'parquet' },
        options?: CallOptions,
      ) =>
        request.open({
          method: 'GET',
          path: path`/reports/${name}`,
          query: { ...filters, format },
          options,
          extraMs: streamMs,
        }),
    },
  };
}
