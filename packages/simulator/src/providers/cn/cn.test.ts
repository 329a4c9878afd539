import { describe, expect, it } from 'vitest';
import { cnClient, get, minutes, startStage } from '../../../test/stage.ts';

const box = 'XTRU200010';
const inMinutes = /^2026-03-0\d \d\d:\d\d (PT|CT|ET)$/;
const inSeconds = /^2026-03-0\d \d\d:\d\d:\d\d (PST|CST|EST)$/;

async function moments(id: string, ...at: number[]) {
  const stage = await startStage();
  const client = await cnClient(stage);
  const rows: Record<string, unknown>[] = [];
  await client.rows(id);
  for (const minute of at) {
    stage.moveTo(minutes(minute));
    rows.push((await client.rows(id))[0] ?? {});
  }
  return rows;
}

describe('cn tracking', () => {
  it('has the members of the vendor, and the lot and the last free day of a box in the yard', async () => {
    const [row] = await moments(box, 800);
    const montreal = { Station: 'MONTREAL TASCH YARD', ProvState: 'QC' };
    const time = expect.stringMatching(new RegExp(`${inMinutes.source}|${inSeconds.source}`));
    expect(row).toEqual({
      EquipmentId: box,
      InquiryValue: [box],
      WaybillStatus: 'Executing',
      LoadEmpty: 'L',
      Destination: { Type: 'CN', ...montreal, CountryCode: 'CA' },
      Event: { Description: 'NOTIFICATION', Time: time, Location: montreal },
      StorageCharge: { LastFreeDay: '2026-03-04' },
      CustomsHold: { Description: 'RELEASED', Timestamp: time },
      CustomsHolds: [
        { Description: 'RELEASED', Timestamp: time, Direction: 'IMPORT' },
        { Description: 'CUSTOMS HOLD', Timestamp: time, Direction: 'IMPORT' },
      ],
      LotLocation: {
        Lot: expect.stringMatching(/^[A-D]$/),
        Row: expect.stringMatching(/^\d\d$/),
        Spot: expect.stringMatching(/^\d\d$/),
      },
      CarKind: expect.stringMatching(/^K[CR]\d$/),
      CarKindDescription: expect.stringMatching(/^[24]0 FOOT/),
      FlatcarEquipmentId: '',
      ChassisEquipmentId: '',
      BadOrder: 'N',
      Weight: [{ Type: 'GROSS', Weight: expect.stringMatching(/^\d+$/), Unit: 'LB' }],
    });
  });

  it('tells the way of the box by its latest event', async () => {
    const rows = await moments(box, 0, 240, 600, 780, 1_300);
    expect(rows.map((row) => row.Event)).toMatchObject([
      { Description: 'DEPARTURE', Location: { Station: 'VANCOUVER', ProvState: 'BC' } },
      { Description: 'ARRIVAL', Location: { Station: 'SIOUX LOOKOUT' } },
      { Description: 'DERAMP', Location: { Station: 'MONTREAL TASCH YARD' } },
      { Description: 'NOTIFICATION', Location: { Station: 'MONTREAL TASCH YARD' } },
      { Description: 'OUT-GATE', Location: { Station: 'MONTREAL TASCH YARD' } },
    ]);
    expect(rows.map((row) => [row.ETA !== undefined, row.LotLocation !== undefined])).toEqual([
      [true, false],
      [true, false],
      [false, true],
      [false, true],
      [false, false],
    ]);
    expect(rows[0]).toMatchObject({ FlatcarEquipmentId: expect.stringMatching(/^DTTX\d{6}$/) });
    expect(rows[0]?.StorageCharge).toBeUndefined();
    expect(rows[4]).toMatchObject({ ChassisEquipmentId: expect.stringMatching(/^XTRZ\d{6}$/) });
  });

  it('changes its estimate on the way, in the time of the yard', async () => {
    const stage = await startStage();
    const client = await cnClient(stage);
    const ids = Array.from({ length: 8 }, (_, place) => `XTRU20001${place}`).join(',');
    const etas = async () => (await client.rows(ids)).map((row) => row.ETA);
    const first = await etas();
    stage.moveTo(minutes(300));
    const second = await etas();
    const timesOf = (all: unknown[]) => new Set(all.map((eta) => (eta as { Time: string }).Time));
    expect([...timesOf(first)].sort()).toEqual(['2026-03-02 07:26 ET', '2026-03-02 07:26:30 EST']);
    expect([...timesOf(second)].sort()).toEqual(['2026-03-02 07:25 ET', '2026-03-02 07:25:00 EST']);
  });

  it('writes the word of the place and of the season', async () => {
    const stage = await startStage();
    stage.moveTo(121 * 86_400_000);
    const client = await cnClient(stage);
    const ids = Array.from({ length: 8 }, (_, place) => `XTRU20001${place}`);
    for (const number of ids)
      stage.control.setJourney({ number, providerId: 'cn', journey: 'rail_import', site: 'CHICAGO' });
    const rows = await client.rows(ids.join(','));
    const wordsOf = (member: string) =>
      new Set(
        rows.map((row) =>
          String((row[member] as { Time: string }).Time)
            .split(' ')
            .at(-1),
        ),
      );
    expect(wordsOf('Event')).toEqual(new Set(['PT', 'PDT']));
    expect(wordsOf('ETA')).toEqual(new Set(['CT', 'CDT']));
  });

  it('leaves out unknown ids, and ids that are none of its own', async () => {
    const stage = await startStage();
    const client = await cnClient(stage);
    const rows = await client.rows('XTRU200010,XTRU200019,XTRU2000250,AB12,xtru200025');
    expect(rows.map((row) => row.EquipmentId)).toEqual(['XTRU200010', 'XTRU200025']);
    expect((await client.ask('XTRU200019')).json).toEqual({
      ThirdPartyIntermodalShipment: { Equipment: [] },
    });
    expect(stage.control.boxes('XTRU200010', 'cn')).toMatchObject([
      { number: 'XTRU2000100', kind: 'rail', site: 'MONTREAL', journey: 'rail_import' },
    ]);
  });

  it('refuses no ids and more than a hundred', async () => {
    const stage = await startStage();
    const client = await cnClient(stage);
    const many = (count: number) => Array.from({ length: count }, (_, place) => `XTRU${100_000 + place}`);
    expect((await client.ask('')).status).toBe(400);
    expect((await client.ask(many(101).join(','))).status).toBe(400);
    expect((await client.ask(many(100).join(','))).status).toBe(200);
  });

  it('knows the faults of rows', async () => {
    const stage = await startStage();
    const client = await cnClient(stage);
    const ids = ['XTRU200010', 'XTRU200025', 'XTRU200030'];
    const struck = async (kind: 'half_batch' | 'duplicate_rows' | 'foreign_rows' | 'wrong_type') => {
      stage.control.addFault({ providerId: 'cn', kind });
      const rows = await client.rows(ids.join(','));
      stage.control.clearFaults('cn');
      return Array.isArray(rows) ? rows.map((row) => row.EquipmentId) : 'no list';
    };
    expect(await struck('half_batch')).toEqual(['XTRU200010']);
    expect(await struck('duplicate_rows')).toEqual(ids.flatMap((id) => [id, id]));
    expect(await struck('foreign_rows')).toEqual([...ids, 'XTRU999999']);
    expect(await struck('wrong_type')).toBe('no list');
  });
});

describe('cn login', () => {
  it('grants a token of about an hour, in strings', async () => {
    const stage = await startStage();
    const { grant } = await cnClient(stage);
    expect(grant).toEqual({
      organization_name: expect.any(String),
      'developer.email': expect.any(String),
      client_id: 'simulated-cn-key',
      access_token: expect.stringMatching(/^[0-9a-f]{28}$/),
      issued_at: String(stage.now()),
      token_type: 'BearerToken',
      application_name: expect.any(String),
      scope: null,
      expires_in: '3599',
      refresh_count: '0',
      status: 'approved',
    });
  });

  it('wants the key in both headers, with its secret', async () => {
    const stage = await startStage();
    const url = `${stage.baseUrls.cn}/v1/oauth/jwt-token/accesstokenJWT`;
    const basic = (login: string) => `Basic ${Buffer.from(login).toString('base64')}`;
    const good = {
      'x-apikey': 'simulated-cn-key',
      authorization: basic('simulated-cn-key:simulated-cn-secret'),
    };
    const { 'x-apikey': _key, ...withoutKey } = good;
    const bad = [
      {},
      withoutKey,
      { ...good, 'x-apikey': 'other' },
      { ...good, authorization: basic('simulated-cn-key:wrong') },
    ];
    const log = async (headers: Record<string, string>, query = '?grant_type=client_credentials') =>
      (await fetch(`${url}${query}`, { method: 'POST', headers })).status;
    for (const headers of bad) expect(await log(headers)).toBe(401);
    expect(await log(good, '')).toBe(400);
    expect(await log(good)).toBe(200);
  });

  it('refuses no token, a dead one, and a key without the product', async () => {
    const stage = await startStage();
    const bare = await get(`${stage.baseUrls.cn}/customers/v1/shipments/tracking?equipmentIds=${box}`);
    expect(bare).toMatchObject({ status: 401, json: { fault: { faultstring: expect.any(String) } } });
    expect((await (await cnClient(stage, 'simulated-cn-no-product')).ask(box)).status).toBe(403);
    expect(stage.control.boxes(box)).toEqual([]);
    const client = await cnClient(stage);
    stage.moveTo(3_598_999);
    expect((await client.ask(box)).status).toBe(200);
    stage.moveTo(3_599_000);
    expect((await client.ask(box)).status).toBe(401);
    stage.control.setSettings({ providerId: 'cn', settings: { tokenSeconds: 5 } });
    expect((await cnClient(stage)).grant.expires_in).toBe('5');
  });
});
