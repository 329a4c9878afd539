import type { BoxState } from '../../journey/box-state.ts';
import type { Hold } from '../../journey/script.ts';
import { addDays, localTime } from '../../zone.ts';
import { defaultTerminal, portZone } from './terminals.ts';

/** `2026-02-15T18:16:13.973`, on the port's clock and without a zone; null for what has not happened. */
function at(ms: number | undefined): string | null {
  if (ms === undefined) return null;
  const { date, time } = localTime(ms, portZone);
  return `${date}T${time}.${String(ms % 1_000).padStart(3, '0')}`;
}

/** A status of X12 315. `UV` stands in the vendor's sample; which others it sends is inferred. */
function shipmentAction({ happened }: BoxState): string {
  if (happened.empty_returned !== undefined) return 'RD';
  if (happened.outgated !== undefined) return 'OA';
  if (happened.discharged !== undefined) return 'UV';
  return happened.arrived === undefined ? 'AE' : 'VA';
}

// The vendor publishes no vocabulary of holds: inferred.
const holdTexts: Record<Hold['kind'], string> = { customs: 'CUSTOMS', freight: 'FREIGHT', usda: 'USDA' };

function freeTimeExpiration({ freeDays, freeDaysSetAt }: BoxState): string | null {
  if (freeDays === null) return null;
  return `${addDays(localTime(freeDaysSetAt, portZone).date, freeDays)}T23:59:00`;
}

/** The import availability object. */
export function renderImport(state: BoxState) {
  const { facts, happened, inYard } = state;
  return {
    container: state.number,
    billOfLading: facts.billOfLading,
    category: 'IMPRT',
    freightKind: 'LADEN',
    iso: facts.isoCode,
    terminal: state.site ?? defaultTerminal.id,
    shipmentStatus: state.available ? 'Available' : 'Not Available',
    shipmentAction: shipmentAction(state),
    carrierScac: facts.lineScac,
    carrierName: facts.lineCode,
    yardBlock: inYard ? `${facts.lot.row}${facts.lot.lot}` : null,
    isHazardous: false,
    isReefer: facts.typeCode === 'RF',
    holds: state.holds.map(({ kind }) => holdTexts[kind]),
    freeTimeExpiration: freeTimeExpiration(state),
    voyageLloyds: facts.vesselImo,
    voyageCode: facts.importVoyage,
    voyageVesselName: facts.vesselName,
    weight: String(facts.weightKilos),
    weightUnit: 'K',
    weightQualifier: 'N',
    chassis: happened.outgated === undefined ? null : `XTRZ${facts.carNumber}`,
    outTime: at(happened.outgated),
    emptyReturnTime: at(happened.empty_returned),
  };
}
