import { describe, expect, it } from 'vitest';
import { apmClient, get, minutes, rowsOf, startStage } from '../../../test/stage.ts';

const box = 'XTRU1000018';
const localTime = /^2026-03-\d\dT\d\d:\d\d:\d\d-08:00$/;

async function moments(...at: number[]) {
  const stage = await startStage();
  const client = await apmClient(stage);
  const rows: Record<string, unknown>[] = [];
  await client.row(box);
  for (const minute of at) {
    stage.moveTo(minutes(minute));
    rows.push((await client.row(box)) ?? {});
  }
  return rows;
}

describe('apm import availability', () => {
  it('has the documented members: strings but for the weights', async () => {
    const [row] = await moments(1_100);
    expect(row).toEqual({
      containerId: box,
      billOfLading: expect.stringMatching(/^SYNT\d{8}$/),
      readyForDelivery: 'Yes',
      containerState: 'In Yard',
      dischargeDateTimeLocal: '2026-03-02T04:22:00-08:00',
      yardLocation: expect.stringMatching(/^[A-D]-\d\d-\d\d$/),
      containerHolds: '',
      storagePaidThroughDate: '2026-03-06',
      demurrageOwed: '0.00',
      sizeTypeHeight: expect.stringMatching(/^\d\d\/[A-Z]{2}\/\d\d$/),
      containerIsoCode: expect.stringMatching(/^[24]\d[GR]1$/),
      containerGrossWeightKilos: expect.any(Number),
      containerGrossWeightPounds: expect.any(Number),
      hazardous: 'false',
      facilityOutDateTimeLocal: '',
      vesselName: expect.any(String),
      vesselEtaDateTimeLocal: '2026-03-02T04:20:00-08:00',
      shippingLine: expect.stringMatching(/^[A-Z]{3}$/),
      appointment: expect.stringMatching(/^\d{7}$/),
      appointmentDateTimeLocal: expect.stringMatching(localTime),
    });
    expect(Number.isInteger(row?.containerGrossWeightKilos)).toBe(true);
  });

  it('tells the import from the vessel to the gate', async () => {
    const rows = await moments(0, 420, 540, 760, 880, 1_080, 1_300);
    const told = rows.map((row) => [row.containerState, row.containerHolds, row.readyForDelivery]);
    expect(told).toEqual([
      ['On Vessel', '', 'No'],
      ['In Yard', '', 'No'],
      ['In Yard', 'CUSTOMS HOLD', 'No'],
      ['In Yard', '', 'No'],
      ['In Yard', '', 'Yes'],
      ['In Yard', '', 'Yes'],
      ['Departed', '', 'No'],
    ]);
    expect(rows[0]).toMatchObject({
      vesselEtaDateTimeLocal: '2026-03-02T04:20:00-08:00',
      storagePaidThroughDate: '',
    });
    expect(rows[6]).toMatchObject({
      facilityOutDateTimeLocal: '2026-03-02T04:36:40-08:00',
      yardLocation: '',
    });
  });

  it('leaves unknown boxes, bad numbers and boxes of other facilities out', async () => {
    const stage = await startStage();
    const client = await apmClient(stage);
    const ids = `${box},XTRU1000090,ABC,XTRU1000023`;
    const heard = await client.ask(`/import-availability?assetId=${ids}&facilityCode=USLAX`);
    expect(rowsOf(heard).map((row) => row.containerId)).toEqual([box, 'XTRU1000023']);
    expect(await client.row(box, 'USNWK')).toBeUndefined();
    expect(await client.row('XTRU1000039', 'USNWK')).toMatchObject({ containerId: 'XTRU1000039' });
  });

  it('keeps the time of the facility', async () => {
    const stage = await startStage();
    const client = await apmClient(stage);
    const offsets: unknown[] = [];
    for (const [number, facility] of [
      ['XTRU1000018', 'USLAX'],
      ['XTRU1000023', 'USNWK'],
      ['XTRU1000039', 'USMOB'],
    ])
      offsets.push(String((await client.row(number ?? '', facility))?.vesselEtaDateTimeLocal).slice(-6));
    expect(offsets).toEqual(['-08:00', '-05:00', '-06:00']);
  });

  it('refuses a bad facility, no ids and more than fifty with 400', async () => {
    const stage = await startStage();
    const client = await apmClient(stage);
    const many = Array.from({ length: 51 }, (_, place) => `XTRU${1_000_000 + place}`).join(',');
    for (const query of [
      'assetId=A',
      'assetId=A&facilityCode=LAX',
      'facilityCode=USLAX',
      `assetId=${many}&facilityCode=USLAX`,
    ]) {
      const heard = await client.ask(`/import-availability?${query}`);
      expect([query.slice(0, 30), heard.status]).toEqual([query.slice(0, 30), 400]);
      expect(heard.json).toMatchObject({ errorCode: '400', errorMessage: expect.any(String) });
    }
  });
});

describe('apm, other questions', () => {
  it('lists events with local times', async () => {
    const stage = await startStage();
    const client = await apmClient(stage);
    const path = `/container-event-history?assetId=${box}&facilityCode=USLAX`;
    await client.ask(path);
    stage.moveTo(minutes(800));
    const [row] = rowsOf(await client.ask(path));
    expect(row).toMatchObject({ containerId: box, shippingLine: expect.stringMatching(/^[A-Z]{3}$/) });
    expect(row?.eventDetails).toEqual([
      { performedDateTimeLocal: '2026-03-02T04:15:00-08:00', eventType: 'Preadvised', positionNotes: '' },
      { performedDateTimeLocal: '2026-03-02T04:22:00-08:00', eventType: 'Discharged', positionNotes: '' },
      {
        performedDateTimeLocal: '2026-03-02T04:22:00-08:00',
        eventType: 'Moved To Yard',
        positionNotes: expect.stringMatching(/^[A-D]-/),
      },
      {
        performedDateTimeLocal: '2026-03-02T04:24:00-08:00',
        eventType: 'Customs Hold Applied',
        positionNotes: '',
      },
      {
        performedDateTimeLocal: '2026-03-02T04:27:40-08:00',
        eventType: 'Customs Hold Released',
        positionNotes: '',
      },
    ]);
  });

  it('says of an empty in strings whether it came back: an object for one box, a list for several', async () => {
    const stage = await startStage();
    const client = await apmClient(stage);
    const one = `/empty-container-returns?assetId=${box}&facilityCode=USLAX`;
    expect((await client.ask(one)).json).toMatchObject({
      isContainerReturned: 'false',
      gateInDateTimeLocal: '',
    });
    stage.moveTo(minutes(1_440));
    expect((await client.ask(one)).json).toEqual({
      containerId: box,
      shippingLine: expect.any(String),
      containerIsoCode: expect.any(String),
      sizeTypeHeight: expect.any(String),
      isContainerReturned: 'true',
      gateInDateTimeLocal: '2026-03-02T04:39:00-08:00',
    });
    const two = await client.ask(`/empty-container-returns?assetId=${box},XTRU1000023&facilityCode=USLAX`);
    expect(rowsOf(two)).toHaveLength(2);
  });

  it('counts a booking in rows that are no containers', async () => {
    const stage = await startStage();
    const client = await apmClient(stage);
    const path = '/booking-enquiry?assetId=2139165390,UNKNOWN9&facilityCode=LAX';
    await client.ask(path);
    stage.moveTo(minutes(900));
    const rows = rowsOf(await client.ask(path));
    const counted = rows.filter((row) => row.isContainer === 'false');
    expect(counted[0]).toEqual({
      isContainer: 'false',
      bookingReference: '2139165390',
      shippingLine: expect.stringMatching(/^[A-Z]{3}$/),
      vesselName: expect.any(String),
      outboundVoyageNumber: expect.stringMatching(/^\d{3}E$/),
      beginRecieveDateTimeLocal: '2026-03-02T04:22:00-08:00',
      cargoCutoffDateTimeLocal: '2026-03-02T04:30:00-08:00',
      vesselEtdDateTimeLocal: '2026-03-02T04:39:00-08:00',
      containerISOCode: '45G1',
      containerQuantityCount: expect.any(Number),
      containersReceivedCount: expect.any(Number),
      emptiesOutCount: expect.any(Number),
    });
    const received = counted.reduce((sum, row) => sum + Number(row.containersReceivedCount), 0);
    expect(rows.filter((row) => row.isContainer === 'true')).toHaveLength(received);
    expect(received).toBeGreaterThan(0);
  });
});

describe('apm login', () => {
  it('grants a token, whose lifetime is now a string and now a number', async () => {
    const stage = await startStage();
    const first = await apmClient(stage);
    const second = await apmClient(stage);
    expect(first.grant).toMatchObject({
      access_token: expect.any(String),
      expires_in: '1800',
      refresh_token_expires_in: '0',
    });
    expect(second.grant.expires_in).toBe(1_800);
    expect(second.grant.access_token).not.toBe(first.grant.access_token);
  });

  it('refuses wrong clients, a wrong grant, no token and a client without a plan', async () => {
    const stage = await startStage();
    const url = `${stage.baseUrls.apm}/oauth/client_credential/accesstoken`;
    const body = new URLSearchParams({ client_id: 'simulated-apm-client', client_secret: 'wrong' });
    expect((await fetch(`${url}?grant_type=client_credentials`, { method: 'POST', body })).status).toBe(401);
    expect((await fetch(url, { method: 'POST', body })).status).toBe(400);
    const path = `/import-availability?assetId=${box}&facilityCode=USLAX`;
    const bare = await get(`${stage.baseUrls.apm}${path}`);
    expect(bare.status).toBe(401);
    expect(bare.json).toMatchObject({ errorCode: '401', errorType: 'Unauthorized' });
    const poor = await apmClient(stage, 'simulated-apm-noplan');
    expect((await poor.ask(path)).status).toBe(403);
    expect(stage.control.boxes(box)).toEqual([]);
  });

  it('lets a token die after thirty minutes of real time, or as ordered', async () => {
    const stage = await startStage();
    const path = `/import-availability?assetId=${box}&facilityCode=USLAX`;
    const client = await apmClient(stage);
    stage.moveTo(1_799_999);
    expect((await client.ask(path)).status).toBe(200);
    stage.moveTo(1_800_000);
    expect((await client.ask(path)).status).toBe(401);
    stage.control.setSettings({ providerId: 'apm', settings: { tokenSeconds: 5 } });
    const brief = await apmClient(stage);
    expect(Number(brief.grant.expires_in)).toBe(5);
    stage.moveTo(1_805_000);
    expect((await brief.ask(path)).status).toBe(401);
  });

  it('knows no other path and no other method', async () => {
    const stage = await startStage();
    expect((await get(`${stage.baseUrls.apm}/v1/containers`)).status).toBe(404);
    expect((await get(`${stage.baseUrls.apm}/oauth/client_credential/accesstoken`)).status).toBe(405);
  });
});
