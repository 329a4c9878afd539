import type { CanonicalStatus } from '@envase/contracts';

/** Which way a trip goes: a box that is loaded sails to an import and leaves an export. */
export type TripDirection = 'import' | 'export' | 'empty';

/** An event of DCSA Track & Trace 2.2; a part that is absent is not said, or counts for nothing. */
export interface DcsaEventCode {
  type: 'TRANSPORT' | 'EQUIPMENT' | 'SHIPMENT';
  code: string;
  mode?: 'VESSEL' | 'RAIL';
  isEmpty?: boolean;
}

/** A status of eModal and its kin. Samples contradict their own table, so a code counts together with its description. */
export interface EmodalStatus {
  code: string;
  /** In capitals. */
  description: string;
}

/** How a canonical status is written elsewhere; null where a list has no word for it. */
export interface StatusCodes {
  status: CanonicalStatus;
  direction: TripDirection;
  dcsa: DcsaEventCode | null;
  /** Element 157 of X12 transaction sets 315 and 322. */
  x12: string | null;
  emodal: EmodalStatus | null;
}

type Words = Partial<Omit<StatusCodes, 'status' | 'direction'>>;

const row = (status: CanonicalStatus, direction: TripDirection, words: Words): StatusCodes => ({
  ...{ status, direction, dcsa: null, x12: null, emodal: null },
  ...words,
});
const transport = (code: string, mode: 'VESSEL' | 'RAIL'): DcsaEventCode => ({
  type: 'TRANSPORT',
  code,
  mode,
});
const equipment = (code: string, more: Partial<DcsaEventCode> = {}): DcsaEventCode => ({
  ...{ type: 'EQUIPMENT', code },
  ...more,
});
const emodal = (code: string, description: string): EmodalStatus => ({ code, description });

/**
 * The canonical statuses (contract s5) in the words of DCSA, X12 and eModal (anchors 4.4, 4.5, 4.7). A status that begins with us
 * (`not_found` but for eModal, `stopped`) stands in no list. Of X12, AE, AL, AR, AV and AA are published; the others are in common
 * use.
 */
export const statusCodes: readonly StatusCodes[] = [
  row('not_found', 'import', { emodal: emodal('N', 'NOT MANIFESTED') }),
  row('booked', 'import', {
    ...{ dcsa: { type: 'SHIPMENT', code: 'CONF' }, x12: 'EE' },
    emodal: emodal('O', 'MANIFESTED'),
  }),
  row('on_vessel', 'import', {
    ...{ dcsa: equipment('LOAD', { mode: 'VESSEL' }), x12: 'AE' },
    emodal: emodal('AE', 'ON VESSEL'),
  }),
  row('vessel_arrived', 'import', {
    ...{ dcsa: transport('ARRI', 'VESSEL'), x12: 'VA' },
    emodal: emodal('VA', 'VESSEL ARRIVAL'),
  }),
  row('discharged', 'import', {
    ...{ dcsa: equipment('DISC', { mode: 'VESSEL' }), x12: 'UV' },
    emodal: emodal('UV', 'UNLOADED'),
  }),
  row('on_hold', 'import', { dcsa: { type: 'SHIPMENT', code: 'HOLD' }, x12: 'PA' }),
  row('available', 'import', { dcsa: equipment('AVPU'), x12: 'AV', emodal: emodal('AV', 'READY') }),
  row('appointment_set', 'import', { x12: 'AA' }),
  row('outgated', 'import', {
    ...{ dcsa: equipment('GTOT', { isEmpty: false }), x12: 'OA' },
    emodal: emodal('OA', 'GATE OUT'),
  }),
  row('on_rail', 'import', {
    ...{ dcsa: equipment('LOAD', { mode: 'RAIL' }), x12: 'AL' },
    emodal: emodal('AL', 'ON RAIL'),
  }),
  row('rail_arrived', 'import', { dcsa: transport('ARRI', 'RAIL'), x12: 'AR' }),
  row('grounded', 'import', {
    ...{ dcsa: equipment('DISC', { mode: 'RAIL' }), x12: 'UR' },
    emodal: emodal('UR', 'RAIL UNLOAD'),
  }),
  row('rail_available', 'import', { dcsa: equipment('AVPU', { mode: 'RAIL' }), x12: 'NT' }),
  row('empty_returned', 'import', { dcsa: equipment('GTIN', { isEmpty: true }), x12: 'RD' }),
  row('empty_returned', 'empty', { dcsa: equipment('GTIN', { isEmpty: true }), x12: 'RD' }),
  row('booked', 'export', { dcsa: { type: 'SHIPMENT', code: 'CONF' }, x12: 'EE' }),
  row('export_ready', 'export', { dcsa: equipment('AVDO') }),
  row('export_ingated', 'export', {
    ...{ dcsa: equipment('GTIN', { isEmpty: false }), x12: 'I' },
    emodal: emodal('I', 'GATE IN'),
  }),
  row('loaded', 'export', { dcsa: equipment('LOAD', { mode: 'VESSEL' }), x12: 'AE' }),
  row('departed', 'export', { dcsa: transport('DEPA', 'VESSEL'), x12: 'VD' }),
];

/** Other words for a status: read, never written. */
const otherWords: readonly StatusCodes[] = [
  row('booked', 'import', { dcsa: equipment('GTOT', { isEmpty: true }), x12: 'I' }),
  row('booked', 'import', { dcsa: equipment('GTIN', { isEmpty: false }), emodal: emodal('I', 'GATE IN') }),
  row('on_vessel', 'import', { dcsa: transport('DEPA', 'VESSEL'), x12: 'VD' }),
  row('discharged', 'import', { emodal: emodal('Y', 'IN YARD') }),
  row('on_hold', 'import', { x12: 'CH' }),
  row('on_rail', 'import', { dcsa: transport('DEPA', 'RAIL'), x12: 'RL' }),
  row('booked', 'export', { dcsa: equipment('GTOT', { isEmpty: true }) }),
];

/** Statuses of eModal that tell no canonical one: not ready says only that the box may not be had. */
const silentEmodal: readonly EmodalStatus[] = [emodal('DN', 'NOT READY')];

/** Every status of eModal, each once. */
export const emodalStatuses: readonly EmodalStatus[] = [
  ...new Map(
    [...statusCodes, ...otherWords]
      .flatMap((one) => one.emodal ?? [])
      .concat(silentEmodal)
      .map((one) => [one.code, one]),
  ).values(),
];

/** Event codes of DCSA by the type of event, as far as the standard has them (anchors 4.4). */
export const dcsaEventCodes: Readonly<Record<DcsaEventCode['type'], readonly string[]>> = {
  TRANSPORT: ['ARRI', 'DEPA'],
  EQUIPMENT: words('LOAD DISC GTIN GTOT STUF STRP PICK AVPU DROP AVDO INSP RSEA RMVD CUSS CUSI CUSR CROS'),
  SHIPMENT: words('RECE DRFT PENA PENU PENC CONF REJE APPR ISSU SURR SUBM VOID REQS CMPL HOLD RELS CANC'),
};

function words(text: string): string[] {
  return text.split(' ');
}

/** What another list's code means for a trip in that direction; null for one that tells no status. */
export function readX12(code: string, direction: TripDirection): CanonicalStatus | null {
  return find(direction, ({ x12 }) => x12 === code);
}

/** By code and description together: a pair that contradicts itself means nothing here, and is for its reader to judge. */
export function readEmodal(said: EmodalStatus, direction: TripDirection): CanonicalStatus | null {
  return find(
    direction,
    (one) => one.emodal?.code === said.code && one.emodal.description === said.description.toUpperCase(),
  );
}

/** Parts that a row names must be the event's; one that names the mode counts before one that names none. */
export function readDcsa(event: DcsaEventCode, direction: TripDirection): CanonicalStatus | null {
  const matches = ({ dcsa }: StatusCodes, isAnyMode: boolean) =>
    dcsa !== null &&
    dcsa.type === event.type &&
    dcsa.code === event.code &&
    (dcsa.mode === event.mode || (isAnyMode && dcsa.mode === undefined)) &&
    (dcsa.isEmpty === undefined || dcsa.isEmpty === event.isEmpty);
  return find(direction, (one) => matches(one, false)) ?? find(direction, (one) => matches(one, true));
}

function find(direction: TripDirection, isWanted: (one: StatusCodes) => boolean): CanonicalStatus | null {
  const found = [...statusCodes, ...otherWords].find((one) => one.direction === direction && isWanted(one));
  return found?.status ?? null;
}
