import { describe, expect, it } from 'vitest';
import type { Heard, Stage } from '../../../test/stage.ts';
import { get, minutes, post, rowsOf, startStage } from '../../../test/stage.ts';
import type { FaultKind } from '../../index.ts';

const box = 'XTRU1000018';
const key = 'simulated-virginia-key';

function billOf(stage: Stage, number: string): string {
  const order = { number, providerId: 'port_virginia', journey: 'import' };
  return stage.control.setJourney(order).state.billOfLading;
}

function askMany(stage: Stage, items: unknown, query = `key=${key}`): Promise<Heard> {
  return post(`${stage.baseUrls.port_virginia}/import-availability?${query}`, items);
}

interface Item {
  equipmentId: string;
  referenceId: string;
  data: Record<string, unknown> | null;
  message: string | null;
}

/** Items of an answer, whose members the tests assert. */
const itemsOf = (heard: Heard) => rowsOf(heard) as unknown as Item[];

async function moments(...at: number[]) {
  const stage = await startStage();
  const item = { equipmentId: box, referenceId: billOf(stage, box) };
  const imports: Record<string, unknown>[] = [];
  for (const minute of at) {
    stage.moveTo(minutes(minute));
    imports.push(itemsOf(await askMany(stage, [item]))[0]?.data ?? {});
  }
  return imports;
}

describe('port_virginia import availability', () => {
  it('has the members of the vendor, beside the echo of the question', async () => {
    const stage = await startStage();
    const item = { equipmentId: box, referenceId: billOf(stage, box) };
    stage.moveTo(minutes(900));
    const [answered] = itemsOf(await askMany(stage, [item]));
    expect(answered).toEqual({
      ...item,
      message: null,
      data: {
        container: box,
        billOfLading: item.referenceId,
        category: 'IMPRT',
        freightKind: 'LADEN',
        iso: expect.stringMatching(/^[24]\d[GR]1$/),
        terminal: 'NIT',
        shipmentStatus: 'Available',
        shipmentAction: 'UV',
        carrierScac: expect.stringMatching(/^[A-Z]{4}$/),
        carrierName: expect.stringMatching(/^[A-Z]{3}$/),
        yardBlock: expect.stringMatching(/^\d\d[A-D]$/),
        isHazardous: false,
        isReefer: expect.any(Boolean),
        holds: [],
        freeTimeExpiration: '2026-03-06T23:59:00',
        voyageLloyds: expect.stringMatching(/^9\d{6}$/),
        voyageCode: expect.stringMatching(/^\d{3}W$/),
        voyageVesselName: expect.any(String),
        weight: expect.stringMatching(/^\d+$/),
        weightUnit: 'K',
        weightQualifier: 'N',
        chassis: null,
        outTime: null,
        emptyReturnTime: null,
      },
    });
  });

  it('tells the import from the vessel to the return of the empty', async () => {
    const imports = await moments(0, 300, 420, 540, 760, 880, 1_300, 1_440);
    const told = imports.map((one) => [one.shipmentAction, one.shipmentStatus, one.holds]);
    expect(told).toEqual([
      ['AE', 'Not Available', []],
      ['VA', 'Not Available', []],
      ['UV', 'Not Available', []],
      ['UV', 'Not Available', ['CUSTOMS']],
      ['UV', 'Not Available', []],
      ['UV', 'Available', []],
      ['OA', 'Not Available', []],
      ['RD', 'Not Available', []],
    ]);
    expect(imports.map((one) => one.yardBlock === null)).toEqual([
      ...[true, true],
      ...[false, false, false, false],
      ...[true, true],
    ]);
    expect(imports[7]).toMatchObject({
      outTime: '2026-03-02T07:36:40.000',
      emptyReturnTime: '2026-03-02T07:39:00.000',
      chassis: expect.stringMatching(/^XTRZ\d{6}$/),
    });
  });

  it('keeps the clock of the port in summer, without a zone', async () => {
    const stage = await startStage();
    const referenceId = billOf(stage, box);
    const startAt = '2026-07-01T12:00:00.250Z';
    stage.moveTo(150 * 86_400_000);
    stage.control.setJourney({
      number: box,
      providerId: 'port_virginia',
      journey: 'import',
      startAt,
      site: 'VIG',
    });
    const [item] = itemsOf(await askMany(stage, [{ equipmentId: box, referenceId }]));
    expect(item?.data).toMatchObject({ terminal: 'VIG', outTime: '2026-07-01T08:21:40.250' });
  });

  it('says null and why for boxes it does not know, and for those whose bill was not named', async () => {
    const stage = await startStage();
    const referenceId = billOf(stage, box);
    const unknown = 'XTRU1000090';
    const ask = [
      { equipmentId: box, referenceId: '' },
      { equipmentId: box, referenceId: 'SYNT0' },
      { equipmentId: unknown, referenceId },
      { equipmentId: 'ABC', referenceId },
      { equipmentId: box, referenceId: referenceId.toLowerCase() },
    ];
    const items = itemsOf(await askMany(stage, ask));
    expect(items.map(({ equipmentId, referenceId: bill }) => ({ equipmentId, referenceId: bill }))).toEqual(
      ask,
    );
    for (const item of items.slice(0, 4))
      expect([item.data, item.message]).toEqual([null, expect.stringMatching(/\w/)]);
    expect(items[4]).toMatchObject({ data: { container: box }, message: null });
    stage.control.setSettings({ providerId: 'port_virginia', settings: { bill: 'optional' } });
    const lenient = itemsOf(await askMany(stage, ask));
    expect(lenient.map(({ data }) => data !== null)).toEqual([true, true, false, false, true]);
  });

  it('answers one box by its query, and 404 for one it does not tell', async () => {
    const stage = await startStage();
    const referenceId = billOf(stage, box);
    const ask = (equipmentId: string, bill = referenceId) =>
      get(
        `${stage.baseUrls.port_virginia}/import-availability?equipmentId=${equipmentId}&referenceId=${bill}&key=${key}`,
      );
    expect((await ask(box)).json).toMatchObject({ container: box, billOfLading: referenceId });
    expect(await ask(box, 'SYNT0')).toMatchObject({ status: 404, json: { message: expect.any(String) } });
    const bare = await get(
      `${stage.baseUrls.port_virginia}/import-availability?equipmentId=${box}&key=${key}`,
    );
    expect(bare.status).toBe(400);
    expect(stage.control.requests({ providerId: 'port_virginia' })[0]).toMatchObject({
      operation: 'get-import',
      path: '/import-availability',
      boxes: [box],
    });
  });

  it('refuses what is no list, lacks a member, or has more than a hundred', async () => {
    const stage = await startStage();
    const many = (count: number) =>
      Array.from({ length: count }, (_, place) => ({
        equipmentId: `XTRU${1_000_000 + place}`,
        referenceId: 'S',
      }));
    const bad = [{}, [], [{ equipmentId: box }], many(101)];
    for (const items of bad) expect((await askMany(stage, items)).status).toBe(400);
    expect(itemsOf(await askMany(stage, many(100)))).toHaveLength(100);
  });

  it('knows the faults of rows', async () => {
    const stage = await startStage();
    const numbers = [box, 'XTRU1000023', 'XTRU1000039'];
    const items = numbers.map((equipmentId) => ({ equipmentId, referenceId: billOf(stage, equipmentId) }));
    const struck = async (kind: FaultKind) => {
      stage.control.addFault({ providerId: 'port_virginia', kind });
      const heard = await askMany(stage, items);
      stage.control.clearFaults('port_virginia');
      return heard;
    };
    const ids = async (kind: FaultKind) => itemsOf(await struck(kind)).map((item) => item.equipmentId);
    expect(await ids('half_batch')).toEqual([box]);
    expect(await ids('duplicate_rows')).toHaveLength(6);
    const foreign = itemsOf(await struck('foreign_rows')).at(-1);
    expect(foreign?.equipmentId).toMatch(/^XTRU999999\d$/);
    expect(foreign?.data?.container).toBe(foreign?.equipmentId);
    expect((await struck('wrong_type')).json).toMatchObject({ 0: { equipmentId: box } });
    expect(await struck('unavailable')).toMatchObject({ status: 503, json: { message: expect.any(String) } });
  });
});

describe('port_virginia login', () => {
  it('takes the key in the query or in a header, and no other', async () => {
    const stage = await startStage();
    const items = [{ equipmentId: box, referenceId: 'SYNT0' }];
    expect((await askMany(stage, items, '')).status).toBe(401);
    expect((await askMany(stage, items, 'key=other')).status).toBe(403);
    expect(stage.control.boxes(box)).toEqual([]);
    const query = `equipmentId=${box}&referenceId=SYNT0`;
    const url = `${stage.baseUrls.port_virginia}/import-availability?${query}`;
    expect((await get(url, { 'X-API-KEY': key })).status).toBe(404);
    expect((await get(url, { 'X-API-KEY': 'other' })).status).toBe(403);
    stage.control.setSettings({ providerId: 'port_virginia', settings: { apiKey: 'mine' } });
    expect((await askMany(stage, items, 'key=mine')).status).toBe(200);
    expect((await askMany(stage, items)).status).toBe(403);
  });
});
