import { normalizeNumber } from '@envase/domain';
import { asRow, memberOf, type Row, rowsOf, textOf } from '../kit/fields.ts';

/** Boxes that an event names, itself or among its references; a vessel's call often names none. */
export function namedBoxes(event: Row): string[] {
  const referenced = rowsOf(memberOf(event, 'references'))
    .map(asRow)
    .filter((reference) => textOf(reference, 'referenceType') === 'EQ')
    .map((reference) => textOf(reference, 'referenceValue'));
  return [textOf(event, 'equipmentReference'), ...referenced].flatMap((name) =>
    name ? [normalizeNumber(name)] : [],
  );
}

/** Whether an event is about this box: it names no other one. */
export function isAbout(event: Row, number: string): boolean {
  const named = namedBoxes(event);
  return named.length === 0 || named.some((name) => isSameBox(name, number));
}

// Some carriers leave the check digit out.
function isSameBox(name: string, number: string): boolean {
  return name === number || (name.length === 10 && number.length === 11 && number.startsWith(name));
}
