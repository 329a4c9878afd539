import { z } from 'zod';
import { faultKinds } from '../world/faults.ts';

const number = z.string().trim().toUpperCase().min(1).max(35);
const providerId = z.string().trim().min(1);

/** `POST /control/journeys` */
export const journeyOrder = z.strictObject({
  number,
  providerId,
  journey: z.string().min(1),
  /** ISO 8601 with offset, or epoch milliseconds; now when absent. May lie in the past. */
  startAt: z.union([z.number().int(), z.iso.datetime({ offset: true }).transform(Date.parse)]).optional(),
  /** A site of the provider; where it is asked for first when absent. */
  site: z.string().min(1).optional(),
});
export type JourneyOrder = z.input<typeof journeyOrder>;

/** `POST /control/faults` */
export const faultOrder = z.strictObject({
  providerId,
  kind: z.enum(faultKinds),
  /** Of real time; until it is deleted when absent. */
  seconds: z.number().positive().optional(),
  operation: z.string().min(1).optional(),
});
export type FaultOrder = z.input<typeof faultOrder>;

/** `POST /control/limits` */
export const limitsOrder = z.strictObject({ providerId, enforce: z.boolean() });
export type LimitsOrder = z.input<typeof limitsOrder>;

/** `POST /control/settings` */
export const settingsOrder = z.strictObject({ providerId, settings: z.record(z.string(), z.unknown()) });
export type SettingsOrder = z.input<typeof settingsOrder>;

/** Queries of the control API. */
export const providerFilter = z.strictObject({ providerId: providerId.optional() });
export const requestFilter = z.strictObject({
  providerId: providerId.optional(),
  /** ISO 8601 with offset, or epoch milliseconds. */
  since: z
    .union([
      z.string().regex(/^\d+$/).transform(Number),
      z.iso.datetime({ offset: true }).transform(Date.parse),
    ])
    .optional(),
});
