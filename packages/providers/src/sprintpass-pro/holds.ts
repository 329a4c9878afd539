import type { HoldType } from '@envase/contracts';
import type { Observed, ObservedHold } from '@envase/domain';
import { type Drift, memberOf, type Row, rowsOf, textOf } from '../kit/fields.ts';
import { typeOfHold } from '../kit/hold-words.ts';
import { holdTypesByCode } from './codes.ts';

/** Holds that stand; null where the notification does not list them. The vendor's word for standing is inferred: not released. */
export function readHolds(unit: Row, drift: Drift): Observed['holds'] {
  const list = memberOf(unit, 'holdinfo');
  if (!Array.isArray(list)) return null;
  return rowsOf(list)
    .filter((row) => textOf(row, 'status')?.toUpperCase() !== 'RELEASED')
    .flatMap((row) => readHold(row, drift));
}

function readHold(row: Row, drift: Drift): ObservedHold[] {
  const type = textOf(row, 'type')?.toUpperCase() ?? null;
  const details = rowsOf(memberOf(row, 'details'));
  const standing = details.filter((one) => textOf(one, 'release_dttm') === null);
  const told = standing.length > 0 ? standing : [details.at(-1) ?? {}];
  return told.map((detail) => {
    const reason = textOf(detail, 'holdreason_cd')?.toUpperCase() ?? null;
    const description = textOf(detail, 'holdreason_desc') ?? type;
    const providerCode = [type, reason].filter((one) => one !== null).join('/') || null;
    return { type: kindOf({ type, providerCode, description }, drift), description, providerCode };
  });
}

/** More codes may come: then the type and the words say it (section 17). */
function kindOf(
  { type, providerCode, description }: { type: string | null } & Omit<ObservedHold, 'type'>,
  drift: Drift,
): HoldType {
  const known = [providerCode, type].find((one) => one !== null && Object.hasOwn(holdTypesByCode, one));
  const kind = known ? holdTypesByCode[known] : typeOfHold(`${type} ${description}`);
  if (kind) return kind;
  drift.note('holdinfo', providerCode);
  return 'other';
}
