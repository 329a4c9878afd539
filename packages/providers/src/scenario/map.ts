import type { HoldType } from '@envase/contracts';
import { holdTypes } from '@envase/contracts';
import { type BookingFacts, type Milestone, milestoneCodes, notFound, type Observed } from '@envase/domain';
import { asRow, memberOf, type Row, readAmount, rowsOf, textOf } from '../kit/fields.ts';
import { readDate, readTime } from '../kit/times.ts';
import type { MapContext } from '../provider.ts';
import { scenarioNames } from './scenarios.ts';

const place = { type: 'terminal', siteId: null, name: 'Test terminal' } as const;

/** Maps a slice of a scenario (`ScenarioSlice`); pure. No milestone names a mode, so it fits any kind of provider. */
export function mapScenario(slice: unknown, context: MapContext): Observed {
  const row = asRow(slice);
  const none = notFound(context.observedAt);
  const name = textOf(row, 'scenario');
  if (!name || !scenarioNames.includes(name))
    return { ...none, unknownCodes: name ? [`scenario:${name}`] : [] };
  const milestones = rowsOf(memberOf(row, 'milestones')).flatMap((one) => readMilestone(one));
  if (context.service === 'booking')
    return { ...none, found: true, milestones, booking: readBooking(milestones) };
  const lastFreeDay = readDate(textOf(row, 'lastFreeDay'));
  const start = readTime(textOf(row, 'appointment'), null);
  return {
    ...none,
    found: true,
    description: 'Test container',
    length: '40',
    isoType: '42G1',
    loaded: context.service === 'empty' ? 'empty' : 'laden',
    billOfLading: 'TEST0001',
    carrier: { type: 'vessel', steamshipLine: 'TEST', vessel: 'TEST VESSEL', voyage: '001W' },
    destination: place,
    milestones: [...milestones, ...readEta(row)],
    holds: readHolds(row),
    fees: readFees(row),
    available: readAvailable(row),
    lastFreeDays: lastFreeDay ? [{ source: 'terminal', date: lastFreeDay }] : [],
    appointment: start ? { start, end: null, number: 'TEST1' } : null,
  };
}

const boxes = 2;

function readBooking(milestones: readonly Milestone[]): Partial<BookingFacts> {
  const timeOf = (code: Milestone['code']) => milestones.find((one) => one.code === code)?.time?.at ?? null;
  const line = { totalContainers: boxes, loadedContainers: timeOf('ingated') === null ? 0 : boxes };
  const allowed = { hazmat: false, reefer: false, oogAllowed: false };
  const box = { temperatureRequired: null, containerIso: '42G1', containerDescription: 'Test container' };
  return {
    steamshipLine: 'TEST',
    vessel: 'TEST VESSEL',
    voyage: '001W',
    departed: timeOf('departed'),
    ...allowed,
    ...line,
    emptyContainers: boxes,
    bookingDetails: [{ ...box, ...line, ...allowed }],
  };
}

function readMilestone(one: Row): Milestone[] {
  const code = milestoneCodes.find((known) => known === textOf(one, 'code'));
  const time = readTime(textOf(one, 'at'), null);
  return code && time ? [{ code, time, location: place }] : [];
}

function readEta(row: Row): Milestone[] {
  const time = readTime(textOf(row, 'eta'), null);
  return time ? [{ code: 'eta', time, location: place }] : [];
}

function readHolds(row: Row): Observed['holds'] {
  const value = memberOf(row, 'holds');
  if (!Array.isArray(value)) return null;
  return value.flatMap((text: unknown) => {
    const type = holdTypes.find((known: HoldType) => known === text);
    return type ? [{ type, description: `Test hold: ${type}`, providerCode: null }] : [];
  });
}

function readFees(row: Row): Observed['fees'] {
  const amount = readAmount(textOf(row, 'owed'));
  if (!amount) return null;
  return Number(amount) === 0 ? [] : [{ type: 'demurrage', amount, currency: 'USD', paidThrough: null }];
}

function readAvailable(row: Row): boolean | null {
  const value = memberOf(row, 'available');
  return typeof value === 'boolean' ? value : null;
}
