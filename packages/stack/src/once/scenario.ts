import { scriptOf } from '@envase/simulator';
import { boxNumber } from '../demo/box-number.ts';

/** A box of the fixed scenario and the journey it makes. */
export interface ScriptedBox {
  number: string;
  providerId: string;
  siteId: string;
  journey: string;
  /** The last status of its journey. */
  end: string;
  traceUntil: 'outgated' | 'empty_returned';
}

interface Fleet {
  providerId: string;
  siteId: string;
  journeys: readonly string[];
}

const fleets: readonly Fleet[] = [
  {
    providerId: 'apm',
    siteId: 'USLAX',
    journeys: [
      ...['import', 'import', 'import', 'hold_twice', 'hold_twice', 'fee_due', 'fee_due'],
      ...['not_found_yet', 'moves_backwards', 'never_found'],
    ],
  },
  {
    providerId: 'bnsf',
    siteId: '',
    journeys: [
      ...Array<string>(7).fill('rail_import'),
      'rail_not_found_yet',
      'rail_not_found_yet',
      'never_found',
    ],
  },
  {
    providerId: 'dcsa_tnt',
    siteId: '',
    journeys: [
      ...['ocean', 'ocean', 'ocean', 'ocean', 'ocean_hold', 'ocean_hold'],
      ...['ocean_transshipment', 'ocean_transshipment', 'ocean_not_found_yet', 'never_found'],
    ],
  },
];

/** Thirty boxes, ten per provider; `run` makes their numbers new, so that a kept data folder traces no box twice. */
export function scriptBoxes(run: number): ScriptedBox[] {
  return fleets.flatMap(({ journeys, ...place }, fleet) =>
    journeys.map((journey, index) => {
      const { end } = scriptOf(journey);
      return {
        ...place,
        number: boxNumber(run + fleet * 10 + index, 0),
        journey,
        end,
        traceUntil: end === 'empty_returned' ? ('empty_returned' as const) : ('outgated' as const),
      };
    }),
  );
}

/** What no provider could know: neither a box number nor a foreign mark (contract s3). */
export const invalidNumber = 'NOT A BOX!';
