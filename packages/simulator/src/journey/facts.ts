import { hashOf, pick } from '../hash.ts';

/** What a box is and sails with: follows from the seed and its number alone. */
export interface Facts {
  vesselName: string;
  vesselImo: string;
  importVoyage: string;
  exportVoyage: string;
  lineCode: string;
  lineScac: string;
  billOfLading: string;
  bookingNumber: string;
  isoCode: string;
  lengthFeet: string;
  heightFeet: string;
  heightInches: string;
  /** Type letters as terminals print them. */
  typeCode: string;
  /** Height as terminals print it: feet and inches without a mark. */
  heightCode: string;
  weightKilos: number;
  weightPounds: number;
  tareKilos: number;
  lot: { lot: string; row: string; spot: string; tier: string };
  seal: string;
  appointmentNumber: string;
  trainId: string;
  carNumber: string;
  /** The provider hands out what it knows of this box in another order than it learnt it. */
  outOfOrder: boolean;
}

const vessels = [
  ['EXAMPLE TRADER', '9000003'],
  ['SAMPLE HORIZON', '9000015'],
  ['MODEL EXPRESS', '9000027'],
  ['PATTERN PIONEER', '9000039'],
] as const;

const lines = [
  ['MAE', 'MAEU'],
  ['HLC', 'HLCU'],
  ['ONE', 'ONEY'],
  ['COS', 'COSU'],
] as const;

const equipment = [
  {
    isoCode: '45G1',
    lengthFeet: '40',
    typeCode: 'GP',
    heightCode: '96',
    heightFeet: '09',
    heightInches: '06',
  },
  {
    isoCode: '42G1',
    lengthFeet: '40',
    typeCode: 'GP',
    heightCode: '86',
    heightFeet: '08',
    heightInches: '06',
  },
  {
    isoCode: '22G1',
    lengthFeet: '20',
    typeCode: 'GP',
    heightCode: '86',
    heightFeet: '08',
    heightInches: '06',
  },
  {
    isoCode: '45R1',
    lengthFeet: '40',
    typeCode: 'RF',
    heightCode: '96',
    heightFeet: '09',
    heightInches: '06',
  },
] as const;

/** Facts of a box or booking. */
export function factsOf(seed: string, number: string): Facts {
  const of = (what: string) => hashOf(seed, number, what);
  const digits = (what: string, count: number) => String(of(what) % 10 ** count).padStart(count, '0');
  const [vesselName, vesselImo] = pick(vessels, of('vessel'));
  const [lineCode, lineScac] = pick(lines, of('line'));
  const voyage = digits('voyage', 3);
  const weightKilos = 9_000 + (of('weight') % 17_000);
  return {
    vesselName,
    vesselImo,
    importVoyage: `${voyage}W`,
    exportVoyage: `${voyage}E`,
    lineCode,
    lineScac,
    billOfLading: `SYNT${digits('bill', 8)}`,
    bookingNumber: `BK${digits('booking', 8)}`,
    ...pick(equipment, of('equipment')),
    weightKilos,
    weightPounds: Math.round(weightKilos * 2.204_62),
    tareKilos: 3_700,
    lot: {
      lot: pick(['A', 'B', 'C', 'D'], of('lot')),
      row: digits('row', 2),
      spot: digits('spot', 2),
      tier: String(1 + (of('tier') % 4)),
    },
    seal: `SL${digits('seal', 6)}`,
    appointmentNumber: digits('appointment', 7),
    trainId: `QLACALT${1 + (of('train') % 9)}${digits('day', 2)}A`,
    carNumber: digits('car', 6),
    outOfOrder: of('order') % 3 === 0,
  };
}
