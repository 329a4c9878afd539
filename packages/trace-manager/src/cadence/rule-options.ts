import { canonicalStatuses, services } from '@envase/contracts';
import type { CadenceWhen, PriorityClass, Where } from '@envase/domain';
import { z } from 'zod';
import { sayOneOf } from '../command-options.ts';

const places = [
  'unknown',
  'origin',
  'en_route',
  'arrived',
  'at_facility',
  'left',
] as const satisfies readonly Where[];

const many = <const T extends readonly [string, ...string[]]>(values: T) =>
  z
    .array(z.enum(values, { error: ({ input }) => sayOneOf(values, String(input)) }))
    .min(1, 'names at least one');
const flag = z.boolean({ error: 'is true or false, without quotes' });
const wholeMs = z.int({ error: 'is a whole number of milliseconds' }).positive('is above 0');
const count = z.int({ error: 'is a whole number' }).nonnegative('is not below 0');

const conditions = {
  status: many(canonicalStatuses).exactOptional(),
  services: many(services).exactOptional(),
  where: many(places).exactOptional(),
  leg: z.enum(['vessel', 'rail'], { error: 'is vessel or rail' }).exactOptional(),
  isBlocked: flag.exactOptional(),
  isGateOpen: flag.exactOptional(),
  hasAppointment: flag.exactOptional(),
  etaWithinMs: wholeMs.exactOptional(),
  etaBeyondMs: wholeMs.exactOptional(),
  appointmentWithinMs: wholeMs.exactOptional(),
  lastFreeDayWithinDays: count.exactOptional(),
  notFoundAtMost: count.exactOptional(),
  notFoundAtLeast: count.exactOptional(),
} satisfies Record<keyof CadenceWhen, z.ZodType>;
const names = Object.keys(conditions);

/** What must hold, as an operator writes it: the vocabulary of `CadenceWhen` and nothing else, so that a typo is heard of. */
const when: z.ZodType<CadenceWhen> = z
  .strictObject(conditions, {
    error: ({ code, keys }) =>
      code === 'unrecognized_keys'
        ? sayUnknown(keys)
        : 'is an object of conditions, such as {"where":["at_facility"]}',
  })
  .refine((one) => Object.keys(one).length > 0, {
    error: 'names at least one condition',
    when: ({ issues }) => issues.length === 0,
  });

const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'is JSON, such as {"where":["at_facility"]}' });
    return z.NEVER;
  }
});

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const longestMs = 30 * unitMs.d;

const interval = z.string().transform((text, context) => {
  const [, amount = '', unit = ''] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  // The pattern admits no other unit; where it did not fit, the amount is 0.
  const ms = Number(amount) * (unitMs[unit as keyof typeof unitMs] ?? 0);
  if (ms > 0 && ms <= longestMs) return ms;
  context.addIssue({ code: 'custom', message: 'is 1 minute to 30 days, such as 20m, 2h or 1d' });
  return z.NEVER;
});

const priorities: Record<string, PriorityClass> = { 0: 0, 1: 1, 2: 2, 3: 3 };
const priority = z.string().transform((text, context): PriorityClass => {
  const found = Object.hasOwn(priorities, text) ? priorities[text] : undefined;
  if (found !== undefined) return found;
  context.addIssue({ code: 'custom', message: 'is 0 (the most urgent), 1, 2 or 3' });
  return z.NEVER;
});

/** Options of `envase rule set`, as texts. */
export const ruleOptions = z.object({
  every: interval,
  when: json.pipe(when).exactOptional(),
  priority: priority.exactOptional(),
});

function sayUnknown(keys: unknown): string {
  const unknown = Array.isArray(keys) ? keys.map(String) : [];
  return unknown.map((key) => `does not know ${key}: it ${sayOneOf(names, key)}`).join('; ');
}
