import { describe, expect, it } from 'vitest';
import type { Stage } from '../../../test/stage.ts';
import { get, minutes, rowsOf, startStage } from '../../../test/stage.ts';
import type { FaultKind } from '../../index.ts';

const box = 'XTRU1000018';
const other = 'XTRU1000023';

function ask(stage: Stage, list: string, terminal = 'LAX') {
  const path = '/TrapacAPI/api/Availabilities';
  return get(`${stage.baseUrls.trapac}${path}?terminal=${terminal}&list=${list}`);
}

async function moments(number: string, terminal: string, ...at: number[]) {
  const stage = await startStage();
  const rows: Record<string, unknown>[] = [];
  await ask(stage, number, terminal);
  for (const minute of at) {
    stage.moveTo(minutes(minute));
    rows.push(rowsOf(await ask(stage, number, terminal))[0] ?? {});
  }
  return rows;
}

describe('trapac availabilities', () => {
  it('has the members of the vendor in a bare array', async () => {
    const [row] = await moments(box, 'LAX', 900);
    expect(row).toEqual({
      availabilityType: 'Container',
      number: box,
      line: expect.stringMatching(/^[A-Z]{2}$/),
      holdsLine: 'Released',
      holdsCustoms: 'Released',
      holdsUSDA: 'Released',
      terminalHold: [],
      lfd: '03/06/2026',
      amount: 0,
      hold: 'N/A',
      yardDescription: expect.stringMatching(/^In Yard \(#[A-D]0\d\d row\) Grounded$/),
      yardStatus: 'Grounded',
      size: expect.any(Number),
      cargoType: expect.stringMatching(/^(SD|RF)$/),
      height: expect.any(Number),
      vessel: expect.stringMatching(/^[A-Z]{3}$/),
      voyage: expect.stringMatching(/^\d{3}W$/),
      demurrageStatus: 'No demurrage',
      demurrageSchedule: null,
      errorCode: 0,
      errorDescription: null,
    });
  });

  it('tells the import from the yard to the gate, in the time of the terminal', async () => {
    const rows = await moments(box, 'LAX', 0, 420, 540, 760, 1_300);
    const told = rows.map((row) => [row.holdsCustoms, row.terminalHold, row.hold, row.yardStatus]);
    expect(told).toEqual([
      ['Released', [], 'N/A', ''],
      ['Released', [], 'N/A', 'Grounded'],
      ['HELD', ['PIERPASS TMF HOLD'], 'N/A', 'Grounded'],
      ['Released', [], 'N/A', 'Grounded'],
      ['Released', ['VESSEL WORKING AREA'], 'NO', ''],
    ]);
    expect(rows[0]).toMatchObject({ yardDescription: '', lfd: 'N/A' });
    expect(rows[4]).toMatchObject({
      yardDescription: 'Delivered 03/02/2026 04:36',
      demurrageStatus: 'No demurrage to display. Cargo has been delivered',
    });
  });

  it('has no traffic mitigation fee in Oakland', async () => {
    const [row] = await moments(box, 'OAK', 540);
    expect(row).toMatchObject({ holdsCustoms: 'HELD', terminalHold: [] });
  });

  it('names what holds and what is owed', async () => {
    const [second] = await moments('XTRU1000065', 'LAX', 950);
    expect(second).toMatchObject({ holdsUSDA: 'HELD', holdsCustoms: 'Released' });
    const [owing] = await moments('XTRU1000070', 'LAX', 600);
    expect(owing).toMatchObject({ amount: 385, demurrageStatus: 'Demurrage due', lfd: '03/01/2026' });
  });

  it('has a row with an error for every number that the terminal does not know', async () => {
    const stage = await startStage();
    await ask(stage, other, 'OAK');
    const rows = rowsOf(await ask(stage, `${box},XTRU1000090,ABC,${other},XTRU100001`));
    expect(rows.map((row) => [row.number, row.errorCode])).toEqual([
      [box, 0],
      ['XTRU1000090', 1],
      ['ABC', 1],
      [other, 1],
      ['XTRU100001', 1],
    ]);
    expect(rows[1]).toEqual({
      availabilityType: 'Container',
      number: 'XTRU1000090',
      errorCode: 1,
      errorDescription: 'Not on file',
    });
  });

  it('refuses an unknown terminal, no numbers and more than ten', async () => {
    const stage = await startStage();
    const many = (count: number) => Array.from({ length: count }, (_, place) => `XTRU${1_000_000 + place}`);
    expect((await ask(stage, box, 'JAX')).status).toBe(400);
    expect((await ask(stage, '')).status).toBe(400);
    expect((await ask(stage, many(11).join(','))).json).toEqual({ Message: expect.any(String) });
    expect(rowsOf(await ask(stage, many(10).join(',')))).toHaveLength(10);
  });

  it('knows the faults of rows', async () => {
    const stage = await startStage();
    const struck = async (kind: FaultKind) => {
      stage.control.addFault({ providerId: 'trapac', kind });
      const heard = await ask(stage, `${box},${other},XTRU1000039`);
      stage.control.clearFaults('trapac');
      return heard;
    };
    const numbers = async (kind: FaultKind) => rowsOf(await struck(kind)).map((row) => row.number);
    expect(await numbers('half_batch')).toEqual([box]);
    expect(await numbers('duplicate_rows')).toHaveLength(6);
    expect((await numbers('foreign_rows')).at(-1)).toMatch(/^XTRU999999\d$/);
    expect((await struck('wrong_type')).json).toMatchObject({ 0: { number: box } });
    expect(await struck('server_error')).toMatchObject({
      status: 500,
      json: { Message: expect.any(String) },
    });
  });
});

describe('trapac callers', () => {
  it('are answered 403 in HTML, or not at all, from an address that is not registered', async () => {
    const stage = await startStage();
    stage.control.setSettings({ providerId: 'trapac', settings: { caller: 'forbidden' } });
    const heard = await ask(stage, box);
    expect(heard.status).toBe(403);
    expect(heard.headers.get('content-type')).toMatch(/^text\/html/);
    stage.control.setSettings({ providerId: 'trapac', settings: { caller: 'refused' } });
    await expect(ask(stage, box)).rejects.toThrow();
    expect(stage.control.requests({ providerId: 'trapac' }).map(({ status }) => status)).toEqual([403, null]);
    expect(stage.control.boxes(box)).toEqual([]);
    stage.control.setSettings({ providerId: 'trapac', settings: {} });
    expect((await ask(stage, box)).status).toBe(200);
  });
});
