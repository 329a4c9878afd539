import type { ObservedHold } from '@envase/domain';
import type { Drift } from '../kit/fields.ts';
import { typeOfHold } from '../kit/hold-words.ts';

const none = /^(no|none|nil|false|clear|n\/?a|-+|no( \w+)? holds?)$/i;
const lifted = /\b(released|cleared|lifted|removed)\b/i;
const notYet = /\b(not|pending|until|un)\b/i;

/** Standing holds of the vendor's text list; an empty list when it says there are none. */
export function readHolds(text: string, drift: Drift): ObservedHold[] {
  const parts = text
    .split(/[,;|\r\n]+/)
    .map((part) => part.trim())
    .filter((part) => part !== '' && !none.test(part))
    .filter((part) => !lifted.test(part) || notYet.test(part));
  return [...new Set(parts)].map((part) => readHold(part, drift));
}

function readHold(part: string, drift: Drift): ObservedHold {
  const type = typeOfHold(part);
  if (!type) drift.note('containerHolds', part);
  return { type: type ?? 'other', description: part, providerCode: part };
}
