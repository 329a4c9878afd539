import type { HoldType } from '@envase/contracts';
import { emodalStatuses, type MilestoneCode } from '@envase/domain';

/** What a status says: where the box is, or whether it may be had; an empty one is known and says neither. */
export interface StatusMeaning {
  code?: MilestoneCode;
  mode?: 'rail' | 'vessel';
  available?: boolean;
  /** No manifest names the box: the port does not know it. */
  isUnknown?: true;
}

/** `unitstatusinfo.status_cd` (section 17). */
export const statuses: Readonly<Record<string, StatusMeaning>> = {
  N: { isUnknown: true },
  O: {},
  AE: { code: 'loaded', mode: 'vessel' },
  VA: { code: 'arrived', mode: 'vessel' },
  UV: { code: 'discharged', mode: 'vessel' },
  Y: { code: 'grounded' },
  AL: { code: 'rail-loaded', mode: 'rail' },
  UR: { code: 'rail-unloaded', mode: 'rail' },
  DN: { available: false },
  AV: { available: true },
  OA: { code: 'outgated' },
  I: { code: 'ingated' },
};

/** `status_desc` in capitals, by the status it names; it is believed before the code. Spellings beside the sample are inferred. */
export const descriptions: Readonly<Record<string, string>> = Object.fromEntries(
  emodalStatuses.map(({ code, description }) => [description, code]),
);

/** `activity[].event_cd`; null: known, and told by other members or not at all. */
export const activities: Readonly<Record<string, { code: MilestoneCode; mode?: 'vessel' } | null>> = {
  CNMAN: null,
  DISCH: { code: 'discharged', mode: 'vessel' },
  LFDAY: null,
  PLAVI: null,
  APNMT: null,
  DPTRM: { code: 'outgated' },
  ARCUS: { code: 'delivered' },
  EMTOT: null,
  EMTRC: { code: 'returned' },
};

/** Holds by `type` and reason, or by `type` alone. */
export const holdTypesByCode: Readonly<Record<string, HoldType>> = {
  'CUSTOMS/PQ': 'customs',
  CUSTOMS: 'customs',
  'FREIGHT/FD': 'freight',
  'OTHER/CF': 'other',
  'OTHER/TC': 'terminal',
  'OTHER/TM': 'terminal',
  'FEE/DEMRG': 'terminal',
  'FEE/DWELL': 'other',
};
