import { canonicalStatuses } from '@envase/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dcsaEventCodes,
  emodalStatuses,
  readDcsa,
  readEmodal,
  readX12,
  statusCodes,
  type TripDirection,
} from './status-codes.ts';

/** Statuses that no list has a word for. */
const ours = ['stopped', 'delivered'];

describe('the words of other lists', () => {
  it('cover every canonical status but those that are ours alone', () => {
    const written = new Set(statusCodes.map(({ status }) => status));
    expect(canonicalStatuses.filter((status) => !written.has(status)).toSorted()).toEqual(ours.toSorted());
  });

  it.each(statusCodes)('take $status of an $direction there and back', ({ status, direction, ...codes }) => {
    const { dcsa, x12, emodal } = codes;
    expect([dcsa, x12, emodal].filter((one) => one !== null).length).toBeGreaterThan(0);
    if (dcsa) expect(readDcsa(dcsa, direction)).toBe(status);
    if (x12) expect(readX12(x12, direction)).toBe(status);
    if (emodal) expect(readEmodal(emodal, direction)).toBe(status);
  });

  it('are one per status and direction', () => {
    const keys = statusCodes.map(({ status, direction }) => `${status} ${direction}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('are codes of the standard', () => {
    const unknown = statusCodes.flatMap(({ dcsa }) => {
      const known = dcsa === null || dcsaEventCodes[dcsa.type].includes(dcsa.code);
      return known ? [] : [dcsa.code];
    });
    expect(unknown).toEqual([]);
  });
});

describe('a code', () => {
  it.each([
    ['AE', 'import', 'on_vessel'],
    ['AE', 'export', 'loaded'],
    ['VD', 'import', 'on_vessel'],
    ['RL', 'import', 'on_rail'],
    ['CH', 'import', 'on_hold'],
    ['I', 'import', 'booked'],
    ['I', 'export', 'export_ingated'],
    ['UV', 'export', null],
  ] as const)('%s of X12 on an %s is %s', (code, direction, status) => {
    expect(readX12(code, direction)).toBe(status);
  });

  it.each([
    [{ type: 'EQUIPMENT', code: 'AVPU', mode: 'RAIL' }, 'rail_available'],
    [{ type: 'EQUIPMENT', code: 'AVPU', mode: 'VESSEL' }, 'available'],
    [{ type: 'EQUIPMENT', code: 'GTOT', isEmpty: true }, 'booked'],
    [{ type: 'EQUIPMENT', code: 'GTOT' }, null],
    [{ type: 'TRANSPORT', code: 'ARRI' }, null],
  ] as const)('%o of DCSA on an import is %s', (event, status) => {
    expect(readDcsa(event, 'import')).toBe(status);
  });

  it('of eModal counts with its description only', () => {
    expect(readEmodal({ code: 'O', description: 'Manifested' }, 'import')).toBe('booked');
    expect(readEmodal({ code: 'O', description: 'GATE IN' }, 'import')).toBeNull();
    expect(readEmodal({ code: 'DN', description: 'NOT READY' }, 'import')).toBeNull();
    expect(new Set(emodalStatuses.map(({ description }) => description)).size).toBe(emodalStatuses.length);
  });

  it('that is none means nothing, and never throws', () => {
    const direction = fc.constantFrom<TripDirection>('import', 'export', 'empty');
    fc.assert(
      fc.property(fc.string(), direction, (text, of) => {
        const known = statusCodes.some(({ x12 }) => x12 === text) || ['CH', 'RL'].includes(text);
        expect(readX12(text, of) === null || known).toBe(true);
        expect(readEmodal({ code: text, description: text }, of)).toBeNull();
        expect(readDcsa({ type: 'SHIPMENT', code: text.toLowerCase() }, of)).toBeNull();
      }),
    );
  });
});
