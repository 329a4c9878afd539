import {
  dcsaEventCodes,
  deriveStatus,
  emodalStatuses,
  readEmodal,
  readX12,
  type TraceFacts,
} from '@envase/domain';
import { describe, expect, it } from 'vitest';
import { gateEvents } from '../src/bnsf/codes.ts';
import { quietEquipment } from '../src/dcsa-tnt/codes.ts';
import { descriptions, statuses } from '../src/sprintpass-pro/codes.ts';

const importFacts: TraceFacts = {
  ...{ service: 'availability', providerType: 'line', traceUntil: 'empty_returned', zone: null },
};

describe('the codes that maps use', () => {
  it('of eModal are those of the table', () => {
    expect(Object.keys(statuses).toSorted()).toEqual(emodalStatuses.map(({ code }) => code).toSorted());
  });

  it.each(Object.entries(descriptions))('make of %s (%s) what the table says', (description, code) => {
    const meaning = statuses[code] ?? {};
    const { available = null } = meaning;
    const status = meaning.isUnknown
      ? 'not_found'
      : deriveStatus(
          { position: meaning.code ? { code: meaning.code, at: null } : null, available, events: [] },
          importFacts,
        );
    // Not ready is no status of its own: it says only that the box may not be had.
    expect(status).toBe(readEmodal({ code, description }, 'import') ?? 'booked');
  });

  it('of DCSA are codes of the standard', () => {
    const unknown = [...quietEquipment].filter((code) => !dcsaEventCodes.EQUIPMENT.includes(code));
    expect(unknown).toEqual([]);
  });

  it.each([
    ['OA', 'out', 'outgated'],
    ['I', 'in', 'booked'],
  ] as const)('of X12 %s at a gate of BNSF is the way %s and %s', (code, way, status) => {
    expect(gateEvents[code]).toBe(way);
    expect(readX12(code, 'import')).toBe(status);
  });
});
