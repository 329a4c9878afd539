import type { CanonicalStatus, Service } from '@envase/contracts';
import type { Where } from './fold/steps.ts';
import type { PriorityClass } from './trace-state.ts';

/** What must hold for a rule: every condition that is given. Plain JSON, so operators can write rules. */
export interface CadenceWhen {
  status?: readonly CanonicalStatus[];
  services?: readonly Service[];
  where?: readonly Where[];
  leg?: 'vessel' | 'rail';
  /** A hold or fee stands, or the box is there and not available. */
  isBlocked?: boolean;
  /** Gates are taken to be open Monday to Saturday from 6 to 22 at the site; always where the zone is unknown. */
  isGateOpen?: boolean;
  hasAppointment?: boolean;
  /** Also when the estimate has passed. */
  etaWithinMs?: number;
  etaBeyondMs?: number;
  /** On either side of its start. */
  appointmentWithinMs?: number;
  /** Calendar days at the site, up to a week after the day has passed. */
  lastFreeDayWithinDays?: number;
  /** "Not found" answers in a row, also of a box that was found before. */
  notFoundAtMost?: number;
  notFoundAtLeast?: number;
}

/** One line of the cadence: while `when` holds, trace every `everyMs` (unscaled) with this priority class. */
export interface CadenceRule {
  id: string;
  when: CadenceWhen;
  everyMs: number;
  priority: PriorityClass;
  /** An operator's own. */
  isOwn?: true;
  /** An operator's own stands in its place: it never applies, and is told as one that lost. */
  isReplaced?: true;
}

/** A rule that an operator set for the boxes of a provider, or for all. */
export interface OwnRule {
  /** Null: of every provider. */
  providerId: string | null;
  rule: CadenceRule;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const notLeft = ['unknown', 'origin', 'en_route', 'arrived', 'at_facility'] as const;
const isThere = ['at_facility', 'unknown'] as const;
const isExport: readonly Service[] = ['export', 'empty', 'booking'];

/** The starting cadence, first match wins (architecture, Scheduling; anchors 4.10). */
export const defaultCadenceRules: readonly CadenceRule[] = [
  rule('not-found-first-hour', { status: ['not_found'], notFoundAtMost: 4 }, 15 * minute, 2),
  rule('not-found-first-hours', { status: ['not_found'], notFoundAtMost: 8 }, hour, 3),
  rule('not-found-first-days', { status: ['not_found'], notFoundAtMost: 16 }, 6 * hour, 3),
  rule('not-found', { status: ['not_found'] }, day, 3),
  rule('appointment-soon', { where: notLeft, appointmentWithinMs: 4 * hour }, 10 * minute, 0),
  rule('lost', { where: notLeft, notFoundAtLeast: 5 }, 6 * hour, 3),
  rule('export-ready', { services: isExport, status: ['export_ready', 'appointment_set'] }, hour, 2),
  rule('export-waiting', { services: isExport, status: ['booked', 'on_hold'] }, 2 * hour, 2),
  rule('export-under-way', { services: isExport }, 6 * hour, 3),
  rule('left', { where: ['left'] }, 12 * hour, 3),
  rule(
    'last-free-day-near',
    { where: isThere, hasAppointment: false, lastFreeDayWithinDays: 2 },
    20 * minute,
    0,
  ),
  rule('blocked', { where: isThere, isBlocked: true, isGateOpen: true }, 30 * minute, 1),
  rule('blocked-gate-closed', { where: isThere, isBlocked: true }, 2 * hour, 2),
  rule('available', { where: ['at_facility'] }, hour, 2),
  rule('arrived', { where: ['arrived'] }, hour, 2),
  rule('train-near', { where: ['en_route'], leg: 'rail', etaWithinMs: 12 * hour }, hour, 2),
  rule('on-train', { where: ['en_route'], leg: 'rail' }, 6 * hour, 3),
  rule('vessel-today', { where: ['en_route'], etaWithinMs: day }, 2 * hour, 2),
  rule('vessel-near', { where: ['en_route'], etaWithinMs: 5 * day }, 6 * hour, 3),
  rule('vessel-far', { where: ['en_route'], etaBeyondMs: 5 * day }, day, 3),
  rule('otherwise', {}, 6 * hour, 3),
];

function rule(id: string, when: CadenceWhen, everyMs: number, priority: PriorityClass): CadenceRule {
  return { id, when, everyMs, priority };
}

/** Rules with an operator's own: one of a known id takes that rule's place, the others come first. */
export function overrideRules(
  own: readonly CadenceRule[],
  rules: readonly CadenceRule[] = defaultCadenceRules,
): CadenceRule[] {
  const byId = new Map(own.map((one) => [one.id, { ...one, isOwn: true } as const]));
  const placed = rules.flatMap((one): CadenceRule[] => {
    const mine = byId.get(one.id);
    return mine ? [mine, { ...one, id: `${one.id} (default)`, isReplaced: true }] : [one];
  });
  const added = [...byId.values()].filter(({ id }) => !rules.some((one) => one.id === id));
  return [...added, ...placed];
}

/** The cadence of a provider's boxes: what is set for it wins over what is set, under the same id, for all. */
export function cadenceOf(providerId: string, own: readonly OwnRule[]): readonly CadenceRule[] {
  const special = own.filter((one) => one.providerId === providerId).map(({ rule }) => rule);
  const general = own.filter((one) => one.providerId === null).map(({ rule }) => rule);
  const hasSpecial = (id: string) => special.some((rule) => rule.id === id);
  return overrideRules([...special, ...general.filter(({ id }) => !hasSpecial(id))]);
}
