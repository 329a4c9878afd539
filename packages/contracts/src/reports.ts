import { z } from 'zod';

// Contract s7, s9: a report is one row per day and group. Days are UTC dates, durations whole milliseconds.
const count = z.int().nonnegative();
const durationMs = z.int().nonnegative().nullable();
const day = z.iso.date();
const atSite = { date: day, providerId: z.string(), siteId: z.string() };

/** Null where nothing was measured. */
const durations = {
  averageMs: durationMs,
  medianMs: durationMs,
  p90Ms: durationMs,
  longestMs: durationMs,
};

/** `containers` that reached the end of the time on that day, and of how many of them its length is known. */
const durationRow = z.object({ ...atSite, containers: count, measured: count, ...durations });

/** From the discharge (or arrival) of a box to its leaving, on the day when its leaving was told. */
export const dwellRow = durationRow;
export type DwellRow = z.output<typeof dwellRow>;

/** From the discharge (or arrival) of a box to when it was first seen available, on that day. */
export const availabilityRow = durationRow;
export type AvailabilityRow = z.output<typeof availabilityRow>;

/** What became of the boxes whose earliest last free day, a date at the place, is `date`. */
export const lastFreeDayRow = z.object({
  ...atSite,
  /** `onTime`, `late`, `standing` and `unknown` together. */
  containers: count,
  onTime: count,
  late: count,
  /** Still there. */
  standing: count,
  /** Left on a day that is not known, or no longer traced. */
  unknown: count,
  /** Calendar days after the last free day, of all that left late. */
  lateDays: count,
});
export type LastFreeDayRow = z.output<typeof lastFreeDayRow>;

/** What a provider told and where it failed, by the site that was asked for (empty: any). */
export const providerRow = z.object({
  ...atSite,
  results: count,
  /** Results told while the provider could not be read. */
  stale: count,
  /** Windows of 30 minutes that began with a failed attempt (contract s4), by code and together. */
  failures: count,
  providerUnavailable: count,
  providerTimeout: count,
  providerAnswer: count,
  loginFailed: count,
  rateLimited: count,
  /** Boxes of the attempts that were told. */
  affected: count,
});
export type ProviderRow = z.output<typeof providerRow>;

/** What became of the deliveries that were created on `date`; times from there to the answer that took it. */
export const deliveryRow = z.object({
  date: day,
  webhookId: z.string(),
  deliveries: count,
  delivered: count,
  /** Delivered by the first attempt. */
  firstTry: count,
  open: count,
  dead: count,
  cancelled: count,
  attempts: count,
  ...durations,
});
export type DeliveryRow = z.output<typeof deliveryRow>;

export const reportNames = ['dwell', 'availability', 'last-free-day', 'providers', 'deliveries'] as const;
export type ReportName = (typeof reportNames)[number];

export const reportFormats = ['json', 'csv', 'parquet'] as const;
export type ReportFormat = (typeof reportFormats)[number];
