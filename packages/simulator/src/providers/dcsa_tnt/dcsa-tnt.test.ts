import { describe, expect, it } from 'vitest';
import type { Stage } from '../../../test/stage.ts';
import { dcsaKey, events, get, minutes, rowsOf, startStage } from '../../../test/stage.ts';

const box = 'XTRU1000018';
const of = (number: string) => `equipmentReference=${number}`;

/** All events of a box at a simulated minute, by its serial's ending or of a journey set. */
async function eventsAt(stage: Stage, minute: number, query = of(box)) {
  await events(stage, query);
  stage.moveTo(minutes(minute));
  return rowsOf(await events(stage, query));
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('dcsa_tnt events', () => {
  it('have the members of every event, offsets of the place, and creation times', async () => {
    const rows = await eventsAt(await startStage(), 1_440);
    expect(new Set(rows.map((row) => row.eventID)).size).toBe(rows.length);
    for (const row of rows) {
      expect(row).toMatchObject({
        eventID: expect.stringMatching(uuid),
        eventType: expect.stringMatching(/^(SHIPMENT|TRANSPORT|EQUIPMENT)$/),
        eventClassifierCode: expect.stringMatching(/^(PLN|EST|ACT)$/),
        eventDateTime: expect.stringMatching(/^2026-03-02T\d\d:\d\d:\d\d([+-]\d\d:\d\d|Z)$/),
        eventCreatedDateTime: expect.stringMatching(/^2026-03-02T\d\d:\d\d:\d\dZ$/),
      });
    }
  });

  it('are there with the first question, however long the answer takes to make', async () => {
    let now = Date.parse('2026-03-02T12:15:00Z');
    const stage = await startStage({
      now: () => {
        now += 1;
        return now;
      },
    });
    expect(rowsOf(await events(stage, of(box))).length).toBeGreaterThan(0);
  });

  it('tell the voyage in the codes of the standard', async () => {
    const rows = await eventsAt(await startStage(), 1_440);
    const actual = rows.filter((row) => row.eventClassifierCode === 'ACT');
    const code = (row: Record<string, unknown>) =>
      row.transportEventTypeCode ?? row.equipmentEventTypeCode ?? row.shipmentEventTypeCode;
    expect(actual.map(code)).toEqual([
      'CONF',
      'GTOT',
      'GTIN',
      'LOAD',
      'ISSU',
      'DEPA',
      'ARRI',
      'DISC',
      'GTOT',
      'GTIN',
    ]);
    expect(actual.find((row) => row.equipmentEventTypeCode === 'LOAD')).toEqual({
      eventID: expect.any(String),
      eventType: 'EQUIPMENT',
      eventClassifierCode: 'ACT',
      eventDateTime: '2026-03-02T20:15:40+08:00',
      eventCreatedDateTime: '2026-03-02T12:15:40Z',
      equipmentEventTypeCode: 'LOAD',
      equipmentReference: box,
      ISOEquipmentCode: expect.stringMatching(/^[24]\d[GR]1$/),
      emptyIndicatorCode: 'LADEN',
      facilityTypeCode: 'POTE',
      eventLocation: expect.objectContaining({ UNLocationCode: 'CNSHA' }),
      seals: [{ sealNumber: expect.any(String), sealSource: 'SHI', sealType: 'KLP' }],
      documentReferences: [
        { documentReferenceType: 'BKG', documentReferenceValue: expect.any(String) },
        { documentReferenceType: 'TRD', documentReferenceValue: expect.any(String) },
      ],
      transportCall: {
        transportCallID: expect.stringMatching(uuid),
        carrierServiceCode: 'TP8',
        exportVoyageNumber: expect.stringMatching(/^\d{3}E$/),
        importVoyageNumber: expect.stringMatching(/^\d{3}W$/),
        carrierVoyageNumber: expect.any(String),
        modeOfTransport: 'VESSEL',
        UNLocationCode: 'CNSHA',
        facilityTypeCode: 'POTE',
        location: {
          UNLocationCode: 'CNSHA',
          locationName: 'Shanghai',
          facilityCode: expect.any(String),
          facilityCodeListProvider: 'SMDG',
        },
        vessel: {
          vesselIMONumber: expect.stringMatching(/^\d{7}$/),
          vesselName: expect.any(String),
          vesselFlag: 'DE',
          vesselOperatorCarrierCode: expect.stringMatching(/^[A-Z]{4}$/),
        },
      },
    });
    expect(actual.at(-2)).toMatchObject({
      emptyIndicatorCode: 'LADEN',
      eventDateTime: '2026-03-02T04:36:40-08:00',
    });
    expect(actual.at(-1)).toMatchObject({ emptyIndicatorCode: 'EMPTY', facilityTypeCode: 'DEPO' });
  });

  it('keep their ids, and no new one hides an old one', async () => {
    const stage = await startStage();
    const early = await eventsAt(stage, 100);
    const late = await eventsAt(stage, 1_440);
    const ids = late.map((row) => row.eventID);
    for (const row of early) expect(ids).toContain(row.eventID);
    expect(late.length).toBeGreaterThan(early.length);
  });

  it('change the estimated arrival twice; of some boxes the older estimate stands behind the newer', async () => {
    const stage = await startStage();
    const told: string[] = [];
    for (let serial = 100_000; serial < 100_006; serial += 1) {
      const number = `XTRU${serial}0`;
      stage.control.setJourney({ number, providerId: 'dcsa_tnt', journey: 'ocean', startAt: stage.now() });
    }
    stage.moveTo(minutes(290));
    for (let serial = 100_000; serial < 100_006; serial += 1) {
      const rows = rowsOf(await events(stage, `${of(`XTRU${serial}0`)}&transportEventTypeCode=ARRI`));
      const estimates = rows.filter((row) => row.eventClassifierCode === 'EST');
      expect(estimates).toHaveLength(3);
      expect(rows.some((row) => row.eventClassifierCode === 'PLN')).toBe(true);
      const newest = estimates.toSorted((one, other) =>
        String(other.eventCreatedDateTime).localeCompare(String(one.eventCreatedDateTime)),
      )[0];
      expect(newest?.eventDateTime).toBe('2026-03-02T04:20:00-08:00');
      told.push(newest === estimates.at(-1) ? 'in order' : 'out of order');
    }
    expect(new Set(told)).toEqual(new Set(['in order', 'out of order']));
  });

  it('tell a customs hold and its release, and an arrival in a port on the way', async () => {
    const stage = await startStage();
    stage.control.setJourney({ number: box, providerId: 'dcsa_tnt', journey: 'ocean_hold' });
    stage.moveTo(minutes(800));
    const papers = rowsOf(await events(stage, `${of(box)}&documentTypeCode=CUS`));
    expect(papers.map((row) => row.shipmentEventTypeCode)).toEqual(['HOLD', 'RELS']);
    expect(papers[0]?.eventDateTime).toBe(papers[0]?.eventCreatedDateTime);
    stage.control.setJourney({
      number: box,
      providerId: 'dcsa_tnt',
      journey: 'ocean_transshipment',
      startAt: 0,
    });
    const calls = rowsOf(await events(stage, `${of(box)}&UNLocationCode=KRPUS`));
    expect(calls.map((row) => row.transportEventTypeCode)).toEqual(['ARRI', 'DEPA']);
  });

  it('are none for a box that is unknown, or a 404 where the carrier has it so', async () => {
    const stage = await startStage();
    const heard = await events(stage, of('XTRU1000090'));
    expect(heard).toMatchObject({ status: 200, text: '[]' });
    expect((await events(stage, of('NOTABOX'))).text).toBe('[]');
    stage.control.setSettings({ providerId: 'dcsa_tnt', settings: { notFound: '404' } });
    expect((await events(stage, of('XTRU1000090'))).status).toBe(404);
  });
});

describe('dcsa_tnt queries', () => {
  it('filter by type, code, creation time and document', async () => {
    const stage = await startStage();
    const all = await eventsAt(stage, 1_440);
    const types = rowsOf(await events(stage, `${of(box)}&eventType=TRANSPORT,SHIPMENT`)).map(
      (row) => row.eventType,
    );
    expect(new Set(types)).toEqual(new Set(['TRANSPORT', 'SHIPMENT']));
    const since = rowsOf(await events(stage, `${of(box)}&eventCreatedDateTime:gte=2026-03-02T12:22:00Z`));
    expect(since.map((row) => row.eventCreatedDateTime)).toEqual(
      all.map((row) => row.eventCreatedDateTime).filter((at) => String(at) >= '2026-03-02T12:22:00Z'),
    );
    const offset = encodeURIComponent('2026-03-02T20:22:00+08:00');
    expect(rowsOf(await events(stage, `${of(box)}&eventCreatedDateTime:gt=${offset}`)).length).toBe(
      since.length - 1,
    );
    const bill = stage.control.boxes(box, 'dcsa_tnt')[0]?.state.billOfLading;
    expect(rowsOf(await events(stage, `transportDocumentReference=${bill}`))).toHaveLength(all.length);
    expect(rowsOf(await events(stage, `${of(box)}&transportDocumentReference=OTHER`))).toEqual([]);
  });

  it.each([['link'], ['cursor']] as const)('page by headers that hold a %s', async (pageLinks) => {
    const stage = await startStage();
    stage.control.setSettings({ providerId: 'dcsa_tnt', settings: { pageLinks } });
    const all = await eventsAt(stage, 1_440);
    const seen: unknown[] = [];
    let url: string | null = `${stage.baseUrls.dcsa_tnt}/v2/events?${of(box)}&limit=4`;
    let pages = 0;
    while (url !== null) {
      const heard = await get(url, dcsaKey);
      seen.push(...rowsOf(heard).map((row) => row.eventID));
      expect(heard.headers.get('API-Version')).toBe('2.2.0');
      expect(heard.headers.has('Prev-Page')).toBe(pages > 0);
      expect(heard.headers.has('Current-Page') && heard.headers.has('First-Page')).toBe(true);
      const next = heard.headers.get('Next-Page');
      const cursorUrl = `${stage.baseUrls.dcsa_tnt}/v2/events?${of(box)}&limit=4&cursor=${next}`;
      url = next === null ? null : pageLinks === 'link' ? next : cursorUrl;
      pages += 1;
      stage.moveTo(minutes(1_440 + pages));
    }
    expect(pages).toBe(Math.ceil(all.length / 4));
    expect(seen).toEqual(all.map((row) => row.eventID));
  });

  it('sort as asked', async () => {
    const stage = await startStage();
    await eventsAt(stage, 1_440);
    const at = rowsOf(await events(stage, `${of(box)}&sort=eventDateTime:DESC`)).map((row) =>
      Date.parse(String(row.eventDateTime)),
    );
    expect(at).toEqual(at.toSorted((one, other) => other - one));
  });

  it('get the error object of the standard for parameters that are not valid', async () => {
    const stage = await startStage();
    const bad = [
      'eventType=OTHER',
      'limit=0',
      'limit=x',
      'cursor=nonsense',
      'sort=eventID',
      'eventCreatedDateTime:gte=yesterday',
      'unknownParameter=1',
    ];
    for (const query of ['', ...bad.map((one) => `${of(box)}&${one}`)]) {
      const heard = await events(stage, query);
      expect([query, heard.status]).toEqual([query, 400]);
      expect(heard.json).toEqual({
        httpMethod: 'GET',
        requestUri: `${stage.baseUrls.dcsa_tnt}/v2/events`,
        errors: [{ reason: 'invalidQuery', message: expect.any(String) }],
        statusCode: 400,
        statusCodeText: 'Bad Request',
        errorDateTime: '2026-03-02T12:15:00Z',
      });
    }
  });

  it('need the key of the carrier, in the header the carrier wants, and its major version', async () => {
    const stage = await startStage();
    const url = `${stage.baseUrls.dcsa_tnt}/v2/events?${of(box)}`;
    expect((await get(url)).json).toMatchObject({ statusCode: 401, statusCodeText: 'Unauthorized' });
    expect((await get(url, { 'API-Key': 'wrong' })).status).toBe(401);
    stage.control.setSettings({
      providerId: 'dcsa_tnt',
      settings: { keyHeader: 'Consumer-Key', apiKey: 'k' },
    });
    expect((await get(url, dcsaKey)).status).toBe(401);
    expect((await get(url, { 'consumer-key': 'k', 'API-Version': '2' })).status).toBe(200);
    expect((await get(url, { 'consumer-key': 'k', 'API-Version': '3' })).status).toBe(400);
  });
});
