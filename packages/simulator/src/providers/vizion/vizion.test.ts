import { describe, expect, it } from 'vitest';
import type { Stage } from '../../../test/stage.ts';
import { get, minutes, rowsOf, startStage } from '../../../test/stage.ts';

const box = 'XTRU1000018';
const key = { 'x-api-key': 'simulated-vizion-key' };

async function create(
  stage: Stage,
  body: object = { container_id: box },
  headers: Record<string, string> = key,
) {
  const response = await fetch(`${stage.baseUrls.vizion}/references`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  // The tests assert what they read.
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}

const ask = (stage: Stage, path: string) => get(`${stage.baseUrls.vizion}${path}`, key);

async function reference(stage: Stage): Promise<string> {
  const { json } = await create(stage);
  const { id } = json.reference as { id: string };
  return id;
}

const wordsOf = (update: Record<string, unknown> | undefined) => {
  if (!update) throw new Error('there is no update');
  // The vendor's form, as far as the tests read it.
  const { milestones } = update.payload as { milestones: { description: string; planned: boolean }[] };
  return milestones.map(({ description, planned }) => `${description}${planned ? ' (planned)' : ''}`);
};

describe('vizion', () => {
  it('makes a reference and adds an update per step, newest first', async () => {
    const stage = await startStage();
    const id = await reference(stage);
    stage.moveTo(minutes(430));
    const updates = rowsOf(await ask(stage, `/references/${id}/updates`), 'data');
    expect(updates[0]).toMatchObject({
      reference_id: id,
      status: 'data_received',
      payload: { container_id: box },
    });
    const times = updates.map(({ created_at }) => String(created_at));
    expect(times).toEqual(times.toSorted().reverse());
    expect(wordsOf(updates[0]).at(-1)).toBe('Discharged from vessel at destination port');
  });

  it('has a planned milestone turn actual', async () => {
    const stage = await startStage();
    const id = await reference(stage);
    const newest = async () => rowsOf(await ask(stage, `/references/${id}/updates`), 'data')[0];
    stage.moveTo(minutes(100));
    expect(wordsOf(await newest())).toContain('Vessel arrived at destination port (planned)');
    stage.moveTo(minutes(310));
    expect(wordsOf(await newest())).toContain('Vessel arrived at destination port');
    expect(wordsOf(await newest())).not.toContain('Vessel arrived at destination port (planned)');
  });

  it('lists references in pages with when they changed', async () => {
    const stage = await startStage();
    const id = await reference(stage);
    await create(stage, { container_id: 'XTRU1000090' });
    stage.moveTo(minutes(430));
    const [one] = rowsOf(await ask(stage, '/references?page=1&per_page=1'), 'data');
    expect(one).toMatchObject({
      id,
      last_update_status: 'data_received',
      updated_at: '2026-03-02T12:22:00.000Z',
    });
    const [other] = rowsOf(await ask(stage, '/references?page=2&per_page=1'), 'data');
    expect(other).toMatchObject({ last_update_status: 'auto_carrier_not_found' });
    expect(rowsOf(await ask(stage, '/references?page=3&per_page=1'), 'data')).toEqual([]);
  });

  it('answers bare where that is set', async () => {
    const stage = await startStage();
    stage.control.setSettings({ providerId: 'vizion', settings: { envelopes: false } });
    const { json } = await create(stage);
    expect(json).toEqual({ id: expect.any(String), container_id: box });
    expect(rowsOf(await ask(stage, '/references'))).toHaveLength(1);
  });

  it('refuses with 403 without a key, with 401 without the right, and says what is wrong', async () => {
    const stage = await startStage();
    expect(await create(stage, {}, {})).toMatchObject({ status: 403, json: { message: 'No valid key' } });
    const readOnly = { 'x-api-key': 'simulated-vizion-readonly' };
    expect((await create(stage, { container_id: box }, readOnly)).status).toBe(401);
    expect((await create(stage, {})).status).toBe(400);
    expect((await create(stage, { container_id: 'HELLO' })).status).toBe(422);
    expect((await ask(stage, '/references/none')).status).toBe(404);
  });

  it('forgets what is deleted', async () => {
    const stage = await startStage();
    const id = await reference(stage);
    const url = `${stage.baseUrls.vizion}/references/${id}`;
    const response = await fetch(url, { method: 'DELETE', headers: key });
    expect(response.status).toBe(200);
    expect(rowsOf(await ask(stage, '/references'), 'data')).toEqual([]);
  });
});
