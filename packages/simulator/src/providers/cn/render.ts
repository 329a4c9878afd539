import { hashOf } from '../../hash.ts';
import type { BoxState } from '../../journey/box-state.ts';
import { latestEstimate } from '../../journey/box-state.ts';
import { addDays, localTime } from '../../zone.ts';
import type { Station, TimeStyle } from './stations.ts';
import { origin, stationOf, timeAt, wayside } from './stations.ts';

interface Seen {
  place: Station;
  at: number;
  /** `OUT-GATE` and `DEPARTURE` stand in samples; the other words are inferred. */
  words: string;
}

/** The latest event of a shipment, the only one the vendor tells. */
function lastSeen({ happened, history, site, startAt }: BoxState): Seen {
  const place = stationOf(site);
  const { outgated, notified, deramped } = happened;
  if (outgated !== undefined) return { place, at: outgated, words: 'OUT-GATE' };
  if (notified !== undefined) return { place, at: notified, words: 'NOTIFICATION' };
  if (deramped !== undefined) return { place, at: deramped, words: 'DERAMP' };
  const last = history.at(-1);
  const isDeparting = last?.marks.includes('rail_departed') ?? false;
  return isDeparting
    ? { place: origin, at: last?.at ?? startAt, words: 'DEPARTURE' }
    : { place: wayside, at: last?.at ?? startAt, words: 'ARRIVAL' };
}

function locationOf({ station, state }: Station) {
  return { Station: station, ProvState: state };
}

const carKinds: Readonly<Record<string, { code: string; words: string }>> = {
  '22G1': { code: 'KC1', words: '20 FOOT CONTAINER' },
  '42G1': { code: 'KC2', words: '40 FOOT CONTAINER' },
  '45G1': { code: 'KC4', words: '40 FOOT HIGH CUBE' },
  '45R1': { code: 'KR4', words: '40 FOOT REEFER' },
};

function equipmentOf({ facts, happened }: BoxState) {
  const kind = carKinds[facts.isoCode];
  const isGone = happened.outgated !== undefined;
  return {
    CarKind: kind?.code ?? '',
    CarKindDescription: kind?.words ?? '',
    FlatcarEquipmentId: happened.deramped === undefined ? `DTTX${facts.carNumber}` : '',
    ChassisEquipmentId: isGone ? `XTRZ${facts.carNumber}` : '',
    BadOrder: 'N',
    Weight: [{ Type: 'GROSS', Weight: String(facts.weightPounds), Unit: 'LB' }],
  };
}

// Newest first. Before the train leaves the port, customs let the box go; a hold of a journey would come on top.
function customsOf({ holds, history, startAt }: BoxState, place: Station, style: TimeStyle) {
  const entry = (Description: string, at: number) => ({
    Description,
    Timestamp: timeAt(place, at, style),
    Direction: 'IMPORT',
  });
  const placedAt = history.findLast(({ placed }) => placed.length > 0)?.at ?? startAt;
  const standing = holds.map(({ text }) => entry(text, placedAt));
  const released = entry('RELEASED', startAt - 3_600_000);
  const { Description, Timestamp } = standing[0] ?? released;
  return {
    CustomsHold: { Description, Timestamp },
    CustomsHolds: [...standing, released, entry('CUSTOMS HOLD', startAt - 86_400_000)],
  };
}

/** One shipment in `Equipment`. Members that have nothing to say yet are absent. */
export function renderEquipment(state: BoxState, id: string) {
  const place = stationOf(state.site);
  const style: TimeStyle = hashOf(state.seed, state.number, 'words') % 2 === 0 ? 'minutes' : 'seconds';
  const seen = lastSeen(state);
  const eta = state.happened.deramped === undefined ? latestEstimate(state, 'deramped') : null;
  const { lot, row, spot } = state.facts.lot;
  return {
    EquipmentId: id,
    InquiryValue: [id],
    WaybillStatus: 'Executing',
    LoadEmpty: 'L',
    Destination: { Type: 'CN', ...locationOf(place), CountryCode: place.state === 'IL' ? 'US' : 'CA' },
    ...(eta === null ? {} : { ETA: { Time: timeAt(place, eta, style), Location: locationOf(place) } }),
    Event: {
      Description: seen.words,
      Time: timeAt(seen.place, seen.at, style),
      Location: locationOf(seen.place),
    },
    ...(state.freeDays === null
      ? {}
      : { StorageCharge: { LastFreeDay: lastFreeDay(state, state.freeDays) } }),
    ...customsOf(state, place, style),
    ...(state.inYard ? { LotLocation: { Lot: lot, Row: row, Spot: spot } } : {}),
    ...equipmentOf(state),
  };
}

/** On the calendar of the yard. */
function lastFreeDay(state: BoxState, freeDays: number): string {
  return addDays(localTime(state.freeDaysSetAt, stationOf(state.site).zone).date, freeDays);
}
