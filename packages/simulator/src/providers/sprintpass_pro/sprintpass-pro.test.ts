import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { minutes, type Stage, startStage } from '../../../test/stage.ts';

const box = 'XTRU1000018';
const other = 'XTRU1000023';
const nobody = 'XTRU1000090';

type Dialect = 'sprintpass_pro' | 'emodal';
const paths = { sprintpass_pro: '/v1/orchestrations', emodal: '/eds/ServiceOrder/ServiceOrders' };

async function place(
  stage: Stage,
  numbers: readonly string[],
  id: Dialect = 'sprintpass_pro',
  more: object = {},
) {
  const order = numbers.map((unit_nbr) => ({ trade_type: 'I', unit: { unit_nbr }, ...more }));
  const response = await fetch(`${stage.baseUrls[id]}${paths[id]}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': 'simulated-sprintpass-key' },
    body: JSON.stringify({ order }),
  });
  return { status: response.status, json: await response.json() };
}

interface Signing {
  key?: string;
  policy?: string;
  endsAtMs?: number;
  resource?: string;
}

function sign(stage: Stage, id: Dialect, { key = 'simulated-queue-key', ...more }: Signing = {}): string {
  const sr = encodeURIComponent(more.resource ?? `${stage.baseUrls[id]}/queue`);
  const se = Math.floor((more.endsAtMs ?? stage.now() + 60_000) / 1_000);
  const sig = encodeURIComponent(createHmac('sha256', key).update(`${sr}\n${se}`).digest('base64'));
  return `SharedAccessSignature sr=${sr}&sig=${sig}&se=${se}&skn=${more.policy ?? 'simulated-listen'}`;
}

async function peek(stage: Stage, id: Dialect = 'sprintpass_pro', signing: Signing = {}) {
  const response = await fetch(`${stage.baseUrls[id]}/queue/messages/head?timeout=1`, {
    method: 'POST',
    headers: { authorization: sign(stage, id, signing) },
  });
  const text = await response.text();
  const properties = JSON.parse(response.headers.get('brokerproperties') ?? '{}');
  const location = response.headers.get('location') ?? '';
  return { status: response.status, body: text === '' ? null : JSON.parse(text), properties, location };
}

const settle = async (stage: Stage, location: string, method: 'DELETE' | 'PUT') =>
  (await fetch(location, { method, headers: { authorization: sign(stage, 'sprintpass_pro') } })).status;

/** Completes all that waits and answers the statuses told. */
async function drain(stage: Stage): Promise<string[]> {
  const told: string[] = [];
  for (let next = await peek(stage); next.status === 201; next = await peek(stage)) {
    told.push(next.body.unit_status?.unitstatusinfo.status_cd ?? next.body.orchestration_status.status);
    await settle(stage, next.location, 'DELETE');
  }
  return told;
}

describe('sprintpass_pro', () => {
  it('tells an ordered box from the vessel to the gate, a message per step', async () => {
    const stage = await startStage();
    expect(await place(stage, [box])).toMatchObject({
      status: 202,
      json: { data: [{ success: true, unit_nbr: box, messages: [{ message_cd: '10000' }] }] },
    });
    expect(await drain(stage)).toEqual(['AE']);
    stage.moveTo(minutes(1_440));
    expect(await drain(stage)).toEqual(['VA', 'Y', 'Y', 'Y', 'AV', 'AV', 'OA', 'OA']);
    expect((await peek(stage)).status).toBe(204);
  });

  it('tells a box ordered late only as it is now', async () => {
    const stage = await startStage();
    stage.control.setJourney({ number: box, providerId: 'sprintpass_pro', journey: 'import', site: 'OAK' });
    stage.moveTo(minutes(600));
    await place(stage, [box]);
    const { body } = await peek(stage);
    expect(body.unit_status).toMatchObject({
      unitstatusinfo: { status_cd: 'Y', unituse_cd: 'I' },
      locations: [{ port_cd: 'OAK', locationstatus_cd: 'ACT' }],
      holdinfo: [{ type: 'CUSTOMS', status: 'HOLD', details: [{ holdreason_cd: 'PQ', release_dttm: null }] }],
    });
    expect(body.unit_status.activity).toContainEqual(
      expect.objectContaining({ event_cd: 'DISCH', event_dttm: '2026-03-02T04:22:00.0000000' }),
    );
    expect((await peek(stage)).status).toBe(204);
  });

  it('hands a message to one reader, and again when its lock runs out or is given back', async () => {
    const stage = await startStage();
    await place(stage, [box, other]);
    const [one, two] = [await peek(stage), await peek(stage)];
    expect([one, two].map(({ body }) => body.orchestration_request.unit_nbr)).toEqual([box, other]);
    expect((await peek(stage)).status).toBe(204);
    expect(await settle(stage, one.location, 'PUT')).toBe(200);
    expect((await peek(stage)).properties).toMatchObject({ DeliveryCount: 2, SequenceNumber: 1 });
    stage.moveTo(31_000);
    expect(await settle(stage, two.location, 'DELETE')).toBe(404);
    const again = [await peek(stage), await peek(stage)];
    expect(again.map(({ properties }) => properties.DeliveryCount)).toEqual([3, 2]);
    for (const { location } of again) expect(await settle(stage, location, 'DELETE')).toBe(200);
    expect((await peek(stage)).status).toBe(204);
  });

  it('gives up a box that it does not find, until it is ordered again', async () => {
    const stage = await startStage();
    await place(stage, [nobody]);
    const { body, location } = await peek(stage);
    expect(body).toMatchObject({
      orchestration_status: { ended_dttm: expect.any(String), messages: [{ message_severity_cd: 'C' }] },
    });
    expect(body.unit_status).toBeUndefined();
    await settle(stage, location, 'DELETE');
    expect((await peek(stage)).status).toBe(204);
    await place(stage, [nobody]);
    expect((await peek(stage)).status).toBe(201);
  });

  it('takes what it can of many orders, and says 412 when it takes none', async () => {
    const stage = await startStage();
    const mixed = await place(stage, [box, 'NONE']);
    expect(mixed).toMatchObject({ status: 202, json: { data: [{ success: true }, { success: false }] } });
    expect(await place(stage, ['NONE'])).toMatchObject({
      status: 412,
      json: { data: [{ messages: [{ message_cd: '10004', message_severity_cd: 'C' }] }] },
    });
    const nowhere = await place(stage, [other], 'sprintpass_pro', { locations: [{ port_cd: 'NOPE' }] });
    expect(nowhere).toMatchObject({ status: 412, json: { data: [{ messages: [{ message_cd: '10003' }] }] } });
    expect((await place(stage, [])).status).toBe(400);
  });

  it('refuses a signature of another key, policy or queue, and one that has run out', async () => {
    const stage = await startStage();
    const resource = 'http://elsewhere.example.test/queue';
    const bad = [{ key: 'other' }, { policy: 'other' }, { endsAtMs: stage.now() - 1_000 }, { resource }];
    for (const signing of bad) expect((await peek(stage, 'sprintpass_pro', signing)).status).toBe(401);
    expect((await peek(stage)).status).toBe(204);
  });

  it('tells nothing more of a box that was stopped', async () => {
    const stage = await startStage();
    await place(stage, [box]);
    await drain(stage);
    const url = `${stage.baseUrls.sprintpass_pro}/v1/orchestrations/trade-type/I/unit-nbr/${box}`;
    const headers = { 'x-api-key': 'simulated-sprintpass-key' };
    expect((await fetch(url, { method: 'DELETE', headers })).status).toBe(200);
    expect((await fetch(url, { method: 'DELETE', headers })).status).toBe(404);
    stage.moveTo(minutes(1_440));
    expect(await drain(stage)).toEqual([]);
  });
});

describe('emodal', () => {
  it('takes one order per request, and calls a repeated one a failure', async () => {
    const stage = await startStage();
    expect(await place(stage, [box], 'emodal')).toMatchObject({
      status: 201,
      json: [{ unit_nbr: box, tran_status: 'S', msgs: [{ msg_cd: '20045', msg_sev: 'I' }] }],
    });
    expect(await place(stage, [box], 'emodal')).toMatchObject({
      status: 412,
      json: [{ tran_status: 'F', msgs: [{ msg_cd: '20025', msg_sev: 'C' }] }],
    });
    expect((await place(stage, [box, other], 'emodal')).status).toBe(400);
    expect((await peek(stage, 'emodal')).body.orchestration_request.unit_nbr).toBe(box);
    expect((await peek(stage)).status).toBe(204);
  });

  it('answers in the other form where that is set, and refuses with a problem document', async () => {
    const stage = await startStage();
    stage.control.setSettings({ providerId: 'emodal', settings: { otherForm: true } });
    expect(await place(stage, [box], 'emodal')).toMatchObject({ json: { data: [{ success: true }] } });
    stage.control.setSettings({ providerId: 'emodal', settings: { apiKey: 'mine' } });
    expect(await place(stage, [box], 'emodal')).toMatchObject({
      status: 401,
      json: { title: 'Unauthorized' },
    });
  });
});
