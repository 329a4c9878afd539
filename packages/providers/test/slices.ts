import { latestVisit } from '../src/apm/visit.ts';
import { isInInventory } from '../src/bnsf/codes.ts';
import { readAnswer } from '../src/gpa/files.ts';
import { asRow, type Row, rowsOf } from '../src/kit/fields.ts';
import { readNotification } from '../src/sprintpass-pro/message.ts';
import { resource, sliceOf } from '../src/terminal49/wire.ts';

type Cut = (answers: readonly unknown[], siteId: string) => unknown;

const notificationOf: Cut = ([message]) => readNotification(asRow(message))?.slice;

/** What each client keeps of its vendor's answers about one box; undefined where they say that there is none. */
const cuts: Readonly<Record<string, Cut>> = {
  apm([availability, emptyReturn], facilityCode) {
    const rows = rowsOf(availability);
    const isGone = latestVisit(rows)?.outAt != null;
    return { facilityCode, availability: rows, emptyReturns: isGone ? rowsOf(emptyReturn) : [] };
  },
  bnsf([unit, element]) {
    if (isInInventory(asRow(unit))) return { unit, receipts: [] };
    const receipts = rowsOf(asRow(element).j1Details)
      .flatMap((details) => rowsOf(details['J1 Receipt']))
      .filter(({ errorMessage }) => !errorMessage);
    return receipts.length > 0 ? { unit, receipts } : undefined;
  },
  cn([equipment]) {
    const { InquiryValue: _echo, ...members } = asRow(equipment);
    return { equipment: [members] };
  },
  dcsa_tnt: ([events]) => ({ events }),
  emodal: notificationOf,
  gpa: ([file]) => readAnswer(String(file))?.[0],
  port_virginia: ([data]) => ({ data }),
  sprintpass_pro: notificationOf,
  terminal49: ([container, shipment]) => sliceOf(resource.parse(container), [resource.parse(shipment)]),
  trapac: ([row], terminal) => ({ terminal, rows: [row] }),
  vizion([update]) {
    const { created_at: createdAt, payload }: Row = asRow(update);
    return { createdAt, payload };
  },
};

/** The slice of a box in its vendor's answers, as JSON; undefined where the box is not found. */
export function cutSlice(providerId: string, answers: readonly unknown[] | null, siteId: string): unknown {
  const cut = cuts[providerId];
  if (!cut) throw new RangeError(`nobody cuts the answers of ${providerId}`);
  // As it comes over the wire: what JSON does not know is gone. The renderers give JSON values.
  return answers === null ? undefined : cut(JSON.parse(JSON.stringify(answers)) as unknown[], siteId);
}
