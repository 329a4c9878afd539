import type { MilestoneCode } from '@envase/domain';

/** What an action says happened; null: it is known and tells no step of an import. */
interface Action {
  code: MilestoneCode | null;
  mode?: 'rail';
}

/**
 * `shipmentAction`, a status of X12 315 (element 157). `UV` stands in the vendor's sample. A vessel's departure may be that of
 * the vessel the box came off.
 */
export const actions: Readonly<Record<string, Action>> = {
  AE: { code: 'loaded' },
  VA: { code: 'arrived' },
  VD: { code: null },
  UV: { code: 'discharged' },
  OA: { code: 'outgated' },
  I: { code: 'ingated' },
  RD: { code: 'returned' },
  AL: { code: 'rail-loaded', mode: 'rail' },
  RL: { code: 'rail-departed', mode: 'rail' },
  AR: { code: 'rail-arrived', mode: 'rail' },
  UR: { code: 'rail-unloaded', mode: 'rail' },
  // Told by other members: the status, the holds, the free time.
  AV: { code: null },
  DN: { code: null },
  CT: { code: null },
  CU: { code: null },
  CH: { code: null },
  PA: { code: null },
  NF: { code: null },
  EE: { code: null },
};

/** `shipmentState`, of the details of container events; two of them say where the box is. */
export const states: ReadonlySet<string> = new Set([
  'ADVISED',
  'INBOUND',
  'ECIN',
  'YARD',
  'ECOUT',
  'LOADED',
  'DEPARTED',
]);

/** `inCarrierMode` and `outCarrierMode`. */
export const modes: ReadonlySet<string> = new Set(['VESSEL', 'TRUCK', 'RAIL', 'BARGE']);

/** `category` other than of an import: other trips of the box. All but `IMPRT` are inferred from the terminal's system. */
export const otherCategories: ReadonlySet<string> = new Set(['EXPRT', 'TRSHP', 'STRGE', 'THRGH', 'DOMES']);
