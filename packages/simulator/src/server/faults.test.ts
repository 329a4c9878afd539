import { describe, expect, it } from 'vitest';
import type { Stage } from '../../test/stage.ts';
import {
  apmClient,
  dcsaKey,
  events,
  get,
  minutes,
  rowsOf,
  startStage,
  unitDetails,
} from '../../test/stage.ts';
import type { FaultKind } from '../index.ts';
import { slowMs } from './gateway.ts';

const boxes = ['XTRU1000018', 'XTRU1000023', 'XTRU1000039', 'XTRU1000044'];
const path = `/import-availability?assetId=${boxes.join(',')}&facilityCode=USLAX`;

async function struck(kind: FaultKind, operation?: string) {
  const stage = await startStage();
  const client = await apmClient(stage);
  stage.control.addFault({ providerId: 'apm', kind, ...(operation ? { operation } : {}) });
  return { stage, client, ask: () => client.ask(path) };
}

const ids = (rows: Record<string, unknown>[]) => rows.map((row) => row.containerId);

describe('faults', () => {
  it.each([
    ['unavailable', 503],
    ['server_error', 500],
    ['gateway_timeout', 504],
    ['unauthorized', 401],
    ['forbidden', 403],
    ['rate_limited', 429],
  ] as const)('%s answers %i in the words of the provider', async (kind, status) => {
    const { ask, stage } = await struck(kind);
    expect(await ask()).toMatchObject({ status, json: { errorCode: String(status) } });
    stage.control.addFault({ providerId: 'dcsa_tnt', kind });
    const other = await get(`${stage.baseUrls.dcsa_tnt}/v2/events?equipmentReference=${boxes[0]}`, dcsaKey);
    expect(other).toMatchObject({ status, json: { statusCode: status } });
  });

  it('slow holds the right answer back for three seconds of real time', async () => {
    const { ask, stage } = await struck('slow');
    expect(rowsOf(await ask())).toHaveLength(4);
    expect(stage.waits).toEqual([slowMs]);
    expect(slowMs).toBe(3_000);
  });

  it('hang says nothing until the caller goes, or the simulator closes', async () => {
    const { ask, stage } = await struck('hang');
    const url = `${stage.baseUrls.apm}/oauth/client_credential/accesstoken`;
    const gone = new AbortController();
    const left = fetch(url, { method: 'POST', signal: gone.signal });
    const held = ask();
    const ends = Promise.allSettled([left, held]);
    await expect.poll(() => stage.control.requests().filter((one) => one.status === null)).toHaveLength(2);
    gone.abort();
    await stage.close();
    expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('reset and truncated break the connection, before and amid the answer', async () => {
    for (const kind of ['reset', 'truncated'] as const) {
      const { ask } = await struck(kind);
      await expect(ask()).rejects.toThrow();
    }
  });

  it('garbage is no JSON, empty is nothing, html200 is a page, all with 200', async () => {
    const garbage = await (await struck('garbage')).ask();
    expect(garbage).toMatchObject({ status: 200, json: null });
    expect(garbage.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await (await struck('empty')).ask()).toMatchObject({ status: 200, text: '' });
    const page = await (await struck('html200')).ask();
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect(page.text).toContain('<html>');
  });

  it('half_batch, duplicate_rows and foreign_rows change which rows there are', async () => {
    expect(ids(rowsOf(await (await struck('half_batch')).ask()))).toEqual([boxes[0], boxes[2]]);
    const twice = ids(rowsOf(await (await struck('duplicate_rows')).ask()));
    expect(twice).toEqual(boxes.flatMap((box) => [box, box]));
    const foreign = ids(rowsOf(await (await struck('foreign_rows')).ask()));
    expect(foreign.slice(0, 4)).toEqual(boxes);
    expect(foreign[4]).toMatch(/^XTRU999999\d$/);
  });

  it('wrong_type is an object where a list was promised', async () => {
    const heard = await (await struck('wrong_type')).ask();
    expect(heard.json).toMatchObject({ 0: { containerId: boxes[0] } });
    const stage = await startStage();
    stage.control.addFault({ providerId: 'bnsf', kind: 'wrong_type' });
    await expect(unitDetails(stage, 'XTRU100002')).rejects.toThrow('no list');
  });

  it('row faults know the rows of every provider', async () => {
    const stage = await startStage();
    for (const providerId of ['bnsf', 'dcsa_tnt'])
      stage.control.addFault({ providerId, kind: 'foreign_rows' });
    const units = await unitDetails(stage, 'XTRU100001', 'XTRU100002');
    expect(units.map((row) => row.equipmentNumber)).toEqual(['100001', '100002', '999999']);
    const query = `equipmentReference=${boxes[0]}&eventType=EQUIPMENT`;
    const references = rowsOf(await events(stage, query)).map((row) => row.equipmentReference);
    expect(references).toEqual([boxes[0], expect.stringMatching(/^XTRU999999\d$/)]);
  });

  it('strike data only where they are about data, and one operation only where one is named', async () => {
    const { stage } = await struck('unauthorized');
    expect((await apmClient(stage)).grant.access_token).toEqual(expect.any(String));
    const other = await struck('unavailable', 'container-event-history');
    expect((await other.ask()).status).toBe(200);
    const history = await other.client.ask(`/container-event-history?assetId=${boxes[0]}&facilityCode=USLAX`);
    expect(history.status).toBe(503);
    const login = await struck('unauthorized', 'token');
    expect((await apmClient(login.stage)).grant.errorCode).toBe('401');
  });

  it('do not begin a journey, and are named in the request log', async () => {
    const { ask, stage } = await struck('unavailable');
    await ask();
    expect(stage.control.boxes('XTRU1000018')).toEqual([]);
    expect(stage.control.requests({ providerId: 'apm' }).at(-1)).toMatchObject({
      operation: 'import-availability',
      boxes,
      status: 503,
      faults: ['unavailable'],
    });
  });

  it('end by themselves after their seconds, or when deleted', async () => {
    const stage: Stage = await startStage();
    const client = await apmClient(stage);
    stage.control.addFault({ providerId: 'apm', kind: 'unavailable', seconds: 10 });
    stage.moveTo(9_999);
    expect((await client.ask(path)).status).toBe(503);
    stage.moveTo(10_000);
    expect((await client.ask(path)).status).toBe(200);
    stage.control.addFault({ providerId: 'apm', kind: 'forbidden' });
    stage.moveTo(minutes(1_000));
    expect((await client.ask(path)).status).toBe(403);
    expect(stage.control.clearFaults('bnsf')).toBe(0);
    expect(stage.control.clearFaults('apm')).toBe(1);
    expect((await client.ask(path)).status).toBe(200);
  });
});
