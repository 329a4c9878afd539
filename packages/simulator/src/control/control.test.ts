import { describe, expect, it } from 'vitest';
import type { Stage } from '../../test/stage.ts';
import { apmClient, events, get, minutes, post, rowsOf, startStage, unitDetails } from '../../test/stage.ts';
import {
  ControlError,
  faultKinds,
  scriptOf,
  simulatedProviders,
  startSimulator,
  terminalStatuses,
} from '../index.ts';

const box = 'XTRU1000018';

async function remove(stage: Stage, path: string) {
  const response = await fetch(`${stage.url}${path}`, { method: 'DELETE' });
  return { status: response.status, json: await response.json() };
}

describe('journeys on order', () => {
  it('begin when and where they are told to', async () => {
    const stage = await startStage();
    const startAt = new Date(stage.now() - minutes(600)).toISOString();
    const order = { number: box, providerId: 'apm', journey: 'fee_due', startAt, site: 'USMIA' };
    const heard = await post(`${stage.url}/control/journeys`, order);
    expect(heard).toMatchObject({
      status: 201,
      json: { journey: 'fee_due', site: 'USMIA', startAt, status: 'discharged' },
    });
    const client = await apmClient(stage);
    expect(await client.row(box, 'USLAX')).toBeUndefined();
    expect(await client.row(box, 'USMIA')).toMatchObject({
      demurrageOwed: '385.00',
      storagePaidThroughDate: '2026-03-01',
      readyForDelivery: 'No',
    });
  });

  it('begin by themselves with the first question, by the ending of the number', async () => {
    const stage = await startStage();
    const client = await apmClient(stage);
    stage.moveTo(5_000);
    await client.row('XTRU1000065');
    expect(stage.control.boxes('XTRU1000065')).toMatchObject([
      { journey: 'hold_twice', startAt: '2026-03-02T12:15:05.000Z', site: 'USLAX', status: 'on_vessel' },
    ]);
  });

  it('of one box are told apart by provider, and tell of the same voyage', async () => {
    const stage = await startStage();
    await (await apmClient(stage)).row(box);
    await events(stage, `equipmentReference=${box}`);
    await unitDetails(stage, box);
    stage.moveTo(minutes(420));
    const views = stage.control.boxes(box);
    expect(views.map((view) => [view.providerId, view.journey, view.status])).toEqual([
      ['apm', 'import', 'discharged'],
      ['bnsf', 'rail_import', 'on_rail'],
      ['dcsa_tnt', 'ocean', 'discharged'],
    ]);
    expect(new Set(views.map((view) => view.state.billOfLading)).size).toBe(1);
    expect(stage.control.allBoxes('bnsf')).toHaveLength(1);
  });
});

describe('the truth about a box', () => {
  it('is the list of steps with real times, what is reached, and the state now', async () => {
    const stage = await startStage();
    await (await apmClient(stage)).row(box);
    stage.moveTo(minutes(1_100));
    const heard = await get(`${stage.url}/control/boxes/${box}?providerId=apm`);
    expect(heard.json).toMatchObject({
      providerId: 'apm',
      number: box,
      journey: 'import',
      status: 'appointment_set',
      readableAs: ['appointment_set'],
      end: 'outgated',
      ended: false,
      endsAt: '2026-03-02T12:36:40.000Z',
      state: {
        available: true,
        holds: [],
        lastFreeDay: '2026-03-06',
        appointmentAt: '2026-03-02T12:36:10.000Z',
      },
    });
    const [view] = stage.control.boxes(box, 'apm');
    expect(view?.steps.filter((step) => step.reached).map((step) => step.id)).toEqual([
      'on_vessel',
      'vessel_arrived',
      'discharged',
      'hold',
      'released',
      'available',
      'appointment_set',
    ]);
    expect(view?.steps[1]).toEqual({
      id: 'vessel_arrived',
      at: '2026-03-02T12:20:00.000Z',
      status: 'vessel_arrived',
      readableAs: ['on_vessel', 'vessel_arrived'],
      reached: true,
    });
    stage.moveTo(minutes(1_300));
    expect(stage.control.boxes(box, 'apm')[0]?.ended).toBe(true);
  });

  it('is a 404 that says why before a journey has begun', async () => {
    const stage = await startStage();
    const heard = await get(`${stage.url}/control/boxes/${box}`);
    expect(heard).toMatchObject({ status: 404, json: { error: expect.stringContaining('no journey') } });
  });

  it('stands in the catalogue: scripts with their ends', async () => {
    const stage = await startStage();
    const names = rowsOf(await get(`${stage.url}/control/journeys`), 'journeys').map((one) => one.name);
    expect(names).toEqual(
      expect.arrayContaining(['import', 'rail_import', 'ocean', 'export_booking', 'moves_backwards']),
    );
    expect(scriptOf('import')).toMatchObject({ end: 'outgated', endsAtMinutes: 1_300, totalMinutes: 1_440 });
    expect(() => scriptOf('nothing')).toThrow(RangeError);
    expect(terminalStatuses).toEqual(
      expect.arrayContaining(['outgated', 'empty_returned', 'not_found', 'departed']),
    );
  });
});

describe('the request log', () => {
  it('says what was asked of whom, without credentials, since when one likes', async () => {
    const stage = await startStage();
    await (await apmClient(stage)).row(box);
    stage.moveTo(1_000);
    await unitDetails(stage, 'XTRU100001', 'XTRU100002');
    await get(`${stage.baseUrls.bnsf}/v9/nothing`);
    const all = await get(`${stage.url}/control/requests`);
    expect(rowsOf(all, 'requests').map((one) => [one.n, one.operation, one.status])).toEqual([
      [1, 'token', 200],
      [2, 'import-availability', 200],
      [3, 'unit-details', 200],
      [4, null, 404],
    ]);
    expect(all.text).not.toContain('secret');
    const bnsf = rowsOf(await get(`${stage.url}/control/requests?providerId=bnsf`), 'requests');
    expect(bnsf[0]).toEqual({
      n: 3,
      at: '2026-03-02T12:15:01.000Z',
      providerId: 'bnsf',
      method: 'POST',
      path: '/v3/unit-details',
      operation: 'unit-details',
      boxes: ['XTRU100001', 'XTRU100002'],
      status: 200,
      faults: [],
    });
    expect(rowsOf(await get(`${stage.url}/control/requests?since=${stage.now()}`), 'requests')).toHaveLength(
      2,
    );
    expect(
      rowsOf(await get(`${stage.url}/control/requests?since=2026-03-02T12:15:00Z`), 'requests'),
    ).toHaveLength(4);
    expect(await remove(stage, '/control/requests')).toEqual({ status: 200, json: { cleared: 4 } });
    expect(stage.control.requests()).toEqual([]);
  });
});

describe('orders over HTTP', () => {
  it('set faults, list them and end them', async () => {
    const stage = await startStage();
    expect(
      (await post(`${stage.url}/control/faults`, { providerId: 'apm', kind: 'hang', seconds: 5 })).status,
    ).toBe(201);
    await post(`${stage.url}/control/faults`, { providerId: 'bnsf', kind: 'slow' });
    expect(rowsOf(await get(`${stage.url}/control/faults`), 'faults')).toEqual([
      { providerId: 'apm', kind: 'hang', operation: null, until: stage.now() + 5_000 },
      { providerId: 'bnsf', kind: 'slow', operation: null, until: null },
    ]);
    expect((await remove(stage, '/control/faults?providerId=apm')).json).toEqual({ cleared: 1 });
    expect((await remove(stage, '/control/faults')).json).toEqual({ cleared: 1 });
  });

  it('set settings and answer them with their defaults', async () => {
    const stage = await startStage();
    const heard = await post(`${stage.url}/control/settings`, { providerId: 'apm', settings: {} });
    expect(heard.json).toEqual({ providerId: 'apm', settings: { tokenSeconds: 1_800 } });
    const wrong = await post(`${stage.url}/control/settings`, { providerId: 'apm', settings: { token: 1 } });
    expect(wrong.status).toBe(400);
  });

  it.each([
    ['journeys', { providerId: 'apm', journey: 'import' }, 'number'],
    [
      'journeys',
      { number: box, providerId: 'nobody', journey: 'import' },
      'apm, bnsf, cn, dcsa_tnt, emodal, gpa, port_virginia, sprintpass_pro, terminal49, trapac, vizion',
    ],
    ['journeys', { number: box, providerId: 'apm', journey: 'ocean' }, 'hold_twice'],
    ['journeys', { number: 'SHORT', providerId: 'apm', journey: 'import' }, 'no number'],
    ['journeys', { number: box, providerId: 'apm', journey: 'import', site: 'SEGOT' }, 'USLAX'],
    ['journeys', { number: box, providerId: 'apm', journey: 'import', startAt: 'soon' }, 'startAt'],
    ['faults', { providerId: 'apm', kind: 'rain' }, 'unavailable'],
    ['faults', { providerId: 'apm', kind: 'slow', seconds: -1 }, 'seconds'],
    ['faults', { providerId: 'apm', kind: 'slow', operation: 'units' }, 'import-availability'],
    ['limits', { providerId: 'apm', enforce: true }, 'no limits'],
    ['limits', 'nonsense', 'body'],
  ])('to %s that cannot be carried out get a 400 that helps: %j', async (what, order, help) => {
    const stage = await startStage();
    const heard = await post(`${stage.url}/control/${what}`, order);
    expect(heard).toMatchObject({ status: 400, json: { error: expect.stringContaining(help) } });
  });

  it('in process throw what HTTP answers', async () => {
    const stage = await startStage();
    expect(() => stage.control.addFault({ providerId: 'nobody', kind: 'slow' })).toThrow(ControlError);
    expect(faultKinds).toContain('half_batch');
  });

  it('to a path that is none list what there is', async () => {
    const stage = await startStage();
    const heard = await get(`${stage.url}/control/weather`);
    expect(heard).toMatchObject({
      status: 404,
      json: { error: expect.stringContaining('POST /control/journeys') },
    });
  });
});

describe('the program', () => {
  it('is healthy and names its providers', async () => {
    const stage = await startStage({ speed: 1_440, seed: 'x' });
    const heard = await get(`${stage.url}/health`);
    expect(heard.json).toEqual({
      status: 'ok',
      speed: 1_440,
      seed: 'x',
      providers: [
        'apm',
        'bnsf',
        'cn',
        'dcsa_tnt',
        'emodal',
        'gpa',
        'port_virginia',
        'sprintpass_pro',
        'terminal49',
        'trapac',
        'vizion',
      ],
    });
    expect(simulatedProviders.map((one) => one.id)).toEqual(Object.keys(stage.baseUrls));
    expect((await get(`${stage.url}/elsewhere`)).status).toBe(404);
  });

  it('says a line per request, and takes no speed that stands still', async () => {
    const lines: string[] = [];
    const stage = await startStage({ log: (line) => lines.push(line) });
    await (await apmClient(stage)).row(box);
    expect(lines).toEqual([
      'apm POST /oauth/client_credential/accesstoken 200',
      'apm GET /import-availability 200',
    ]);
    await expect(startSimulator({ speed: 0 })).rejects.toThrow(RangeError);
    await expect(startSimulator({ port: stage.port })).rejects.toThrow('EADDRINUSE');
  });
});
