import { describe, expect, it } from 'vitest';
import { get, minutes, post, rowsOf, startStage, unitDetails } from '../../../test/stage.ts';

const unit = 'XTRU100002';

describe('bnsf unit details', () => {
  it('has strings in every member, and the lot of a box on the ground', async () => {
    const stage = await startStage();
    await unitDetails(stage, unit);
    stage.moveTo(minutes(800));
    const [row = {}] = await unitDetails(stage, unit);
    const { attachedIntermodalUnits, ...members } = row;
    expect(attachedIntermodalUnits).toEqual([]);
    for (const [name, value] of Object.entries(members))
      expect([name, typeof value]).toEqual([name, 'string']);
    expect(row).toMatchObject({
      equipmentInitial: 'XTRU',
      equipmentNumber: '100002',
      derivedEquipmentStatusName: 'On the Ground',
      equipmentLocationCode: 'G',
      equipmentLotLocationName: expect.stringMatching(/^[A-D]$/),
      equipmentLotRowLocationName: expect.stringMatching(/^\d\d$/),
      equipmentLotRowSpotLocationName: expect.stringMatching(/^\d\d$/),
      equipmentLotRowSpotTierLocationName: expect.stringMatching(/^[1-4]$/),
      equipmentLotRowSpotTierStatusName: 'In Stack',
      station333: 'ALLIANCE',
      stationStateCode: 'TX',
      destinationStation333: 'ALLIANCE',
      destinationStateCode: 'TX',
      originStation333: 'LOSANGELE',
      shipmentLastFreeStorageDate: '2026-03-04',
      eventCode: 'DR',
      eventDatetime: '2026-03-02T12:25:00.000Z',
      loadEmptyChassisCode: 'L',
      equipmentLengthFeet: expect.stringMatching(/^[24]0$/),
      derivedBadOrderIndicator: 'N',
      fullWaybillIndicator: 'Y',
    });
  });

  it('changes its estimate on the way', async () => {
    const stage = await startStage();
    const [first] = await unitDetails(stage, unit);
    stage.moveTo(minutes(300));
    const [second] = await unitDetails(stage, unit);
    expect(first).toMatchObject({
      estimatedEquipmentUnloadDatetime: '2026-03-02T12:26:30.000Z',
      equipmentLocationCode: 'R',
      shipmentLastFreeStorageDate: '',
    });
    expect(second).toMatchObject({ estimatedEquipmentUnloadDatetime: '2026-03-02T12:25:00.000Z' });
  });

  it('answers a row for units that are not there, with either documented text', async () => {
    const stage = await startStage();
    const units = Array.from({ length: 12 }, (_, place) => `XTRU20${String(place).padStart(2, '0')}09`);
    const rows = await unitDetails(stage, ...units);
    expect(rows.map((row) => row.equipmentNumber)).toEqual(units.map((one) => one.slice(4)));
    const texts = new Set(rows.map((row) => row.derivedEquipmentStatusName));
    expect([...texts].sort()).toEqual(['No details found for unit', 'Not in BNSF Inventory']);
    for (const row of rows) expect(row.shipmentLastFreeStorageDate).toBeUndefined();
  });

  it('keeps ten characters and eleven for the same box', async () => {
    const stage = await startStage();
    await unitDetails(stage, unit);
    expect(stage.control.boxes('XTRU100002').map((view) => view.number)).toEqual(
      stage.control.boxes('XTRU1000023').map((view) => view.number),
    );
  });
});

describe('bnsf gate receipts', () => {
  const period = { startDate: '2026-02-23', endDate: '2026-03-02', j1ReceiptData: true, j1ReceiptPdf: false };

  async function receipts(body: object, at: number) {
    const stage = await startStage();
    await unitDetails(stage, unit);
    stage.moveTo(minutes(at));
    return post(`${stage.baseUrls.bnsf}/v1/j1-receipts`, body);
  }

  it("shows a unit that went out, with real booleans and the vendor's odd keys", async () => {
    const [element] = rowsOf(await receipts({ unitList: [unit], ...period }, 1_300), 'elements');
    expect(element).toMatchObject({
      errors: [],
      status: 200,
      j1Details: {
        unitInitial: 'XTRU',
        unitNumber: '100002',
        'J1 Receipt': {
          eventCode: 'TA',
          eventDate: '2026-03-02',
          eventTime: '06:36:40',
          gateEditMessage: 'OUTGATE AT ALLIANCE   ',
          lastFreeDayDate: '2026-03-04',
          estimatedDerampTime: '6:25',
          'lockedEstimatedNotificationDate(1)': '03/02/2026',
          'unitLocation (1)': { lotLocation: expect.any(String) },
          badOrderIndicator: false,
          hazmatIndicator: false,
        },
      },
    });
  });

  it('has none before the unit went out, nor outside the days asked for', async () => {
    const none = { 'J1 Receipt': { errorMessage: 'Unit details not available' } };
    const early = await receipts({ unitList: [unit], ...period }, 1_299);
    const before = { ...period, endDate: '2026-03-01' };
    const outside = await receipts({ unitList: [unit], ...before }, 1_300);
    expect(rowsOf(early, 'elements')[0]).toMatchObject({ j1Details: none });
    expect(rowsOf(outside, 'elements')[0]).toMatchObject({ j1Details: none });
  });

  it('leaves unit details without the unit once it went out', async () => {
    const stage = await startStage();
    await unitDetails(stage, unit);
    stage.moveTo(minutes(1_300));
    expect(await unitDetails(stage, unit)).toEqual([
      {
        equipmentInitial: 'XTRU',
        equipmentNumber: '100002',
        derivedEquipmentStatusName: 'Not in BNSF Inventory',
      },
    ]);
  });
});

describe('bnsf tracing', () => {
  it('tells the last event in American dates, some times in bare digits', async () => {
    const stage = await startStage();
    const unitList = Array.from({ length: 8 }, (_, place) => `XTRU30000${place}`);
    const rows = rowsOf(await post(`${stage.baseUrls.bnsf}/v1/units`, { unitList }), 'elements');
    expect(rows).toHaveLength(8);
    expect(rows[0]).toMatchObject({
      lastEventDescription: 'Train Departed',
      lastEventDate: '03/02/2026',
      lastEventRailNetworkLocationName: 'LOSANGELE, CA',
      destinationRailNetworkLocationName: 'ALLIANCE, TX',
      estimatedShipmentAvailabilityDate: '03/02/2026',
      estimatedShipmentAvailabilityTime: '06:26',
      demurrageAmount: 0,
    });
    const times = new Set(rows.map((row) => row.lastEventTime));
    expect([...times].sort()).toEqual(['04:15', '415']);
    expect(rowsOf(await get(`${stage.baseUrls.bnsf}/v1/units?limit=5&page=2`), 'elements')).toHaveLength(3);
  });

  it('has a message in place of an event for a unit it does not know', async () => {
    const stage = await startStage();
    const [row] = rowsOf(
      await post(`${stage.baseUrls.bnsf}/v1/units`, { unitList: ['XTRU300009'] }),
      'elements',
    );
    expect(row?.message).toMatch(/^You are not an authorized waybill party/);
    expect(row).not.toHaveProperty('lastEventDescription');
  });
});

describe('bnsf refusals', () => {
  it('answers 400 in its two shapes, and counts up to its limits of units', async () => {
    const stage = await startStage();
    const many = (count: number) => Array.from({ length: count }, (_, place) => `XTRU${100_000 + place}`);
    const details = await post(`${stage.baseUrls.bnsf}/v3/unit-details`, {});
    expect(details).toMatchObject({
      status: 400,
      json: { httpErrors: [expect.any(String)], httpResponseCode: '400' },
    });
    const receipts = await post(`${stage.baseUrls.bnsf}/v1/j1-receipts`, {
      unitList: many(101),
      startDate: '2026-03-01',
      endDate: '2026-03-02',
    });
    expect(receipts).toMatchObject({ status: 400, json: { httpResponseCode: 400 } });
    expect((await post(`${stage.baseUrls.bnsf}/v1/units`, { unitList: many(301) })).status).toBe(400);
    const intermodalUnits = many(501).map((one) => ({
      equipmentInitial: 'XTRU',
      equipmentNumber: one.slice(4),
    }));
    expect((await post(`${stage.baseUrls.bnsf}/v3/unit-details`, { intermodalUnits })).status).toBe(400);
    expect(
      (await post(`${stage.baseUrls.bnsf}/v3/unit-details`, { intermodalUnits: intermodalUnits.slice(1) }))
        .status,
    ).toBe(200);
    expect((await get(`${stage.baseUrls.bnsf}/v3/unit-details`)).status).toBe(405);
  });

  it('says in XML that it is alive', async () => {
    const stage = await startStage();
    const heard = await get(`${stage.baseUrls.bnsf}/healthcheck`);
    expect(heard.text).toBe('<status>ok</status>');
    expect(heard.headers.get('content-type')).toMatch(/^application\/xml/);
  });

  it('enforces its limits per service once switched on: 429 without Retry-After or body', async () => {
    const stage = await startStage();
    const ask = () => post(`${stage.baseUrls.bnsf}/v1/units`, { unitList: [unit] });
    expect((await ask()).status).toBe(200);
    expect((await ask()).status).toBe(200);
    await post(`${stage.url}/control/limits`, { providerId: 'bnsf', enforce: true });
    expect((await ask()).status).toBe(200);
    const refused = await ask();
    expect(refused).toMatchObject({ status: 429, text: '' });
    expect(refused.headers.has('retry-after')).toBe(false);
    expect(await unitDetails(stage, unit)).toHaveLength(1);
    const statuses: number[] = [];
    for (let second = 1; second <= 15; second += 1) {
      stage.moveTo(second * 1_000);
      statuses.push((await ask()).status);
    }
    expect(statuses.filter((status) => status === 200)).toHaveLength(14);
    expect(statuses.at(-1)).toBe(429);
    stage.moveTo(60_000);
    expect((await ask()).status).toBe(200);
  });
});
