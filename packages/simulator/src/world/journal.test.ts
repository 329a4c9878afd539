import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { apmClient, minutes, startStage } from '../../test/stage.ts';

const box = 'XTRU1000018';
let stateFile: string;

beforeEach(() => {
  const dir = mkdtempSync(join(tmpdir(), 'simulator-state-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  stateFile = join(dir, 'deep', 'state.jsonl');
});

/** A simulator that ran and is gone: its boxes began at its dawn. */
async function runOnce(use: (stage: Awaited<ReturnType<typeof startStage>>) => Promise<void>) {
  const stage = await startStage({ stateFile });
  await use(stage);
  await stage.close();
}

describe('a state file', () => {
  it('lets journeys go on after a restart', async () => {
    await runOnce(async (stage) => {
      await (await apmClient(stage)).row(box);
    });
    const stage = await startStage({ stateFile, speed: 1 });
    stage.moveTo(minutes(420));
    expect(stage.control.boxes(box)).toMatchObject([
      { journey: 'import', site: 'USLAX', status: 'discharged' },
    ]);
    expect(await (await apmClient(stage)).row(box)).toMatchObject({ containerId: box });
    expect(readFileSync(stateFile, 'utf8').trim().split('\n')).toHaveLength(1);
  });

  it('keeps the last order for a box, and the site it was asked for later', async () => {
    await runOnce(async (stage) => {
      stage.control.setJourney({ number: box, providerId: 'apm', journey: 'import' });
      stage.control.setJourney({
        number: box,
        providerId: 'apm',
        journey: 'fee_due',
        startAt: stage.now() - 5,
      });
      await (await apmClient(stage)).row(box, 'USMIA');
    });
    const stage = await startStage({ stateFile });
    const startAt = new Date(stage.now() - 5).toISOString();
    expect(stage.control.boxes(box)).toMatchObject([{ journey: 'fee_due', site: 'USMIA', startAt }]);
  });

  it('tells boxes of one number apart by provider', async () => {
    await runOnce(async (stage) => {
      for (const [providerId, journey] of [
        ['apm', 'hold_twice'],
        ['dcsa_tnt', 'ocean_hold'],
      ] as const)
        stage.control.setJourney({ number: box, providerId, journey });
    });
    const stage = await startStage({ stateFile });
    expect(stage.control.boxes(box).map(({ journey }) => journey)).toEqual(['hold_twice', 'ocean_hold']);
  });

  it('is read over a half-written line and journeys that are no more', async () => {
    await runOnce(async (stage) => {
      stage.control.setJourney({ number: box, providerId: 'apm', journey: 'import' });
    });
    const [line = ''] = readFileSync(stateFile, 'utf8').split('\n');
    appendFileSync(stateFile, `${line.replace('"import"', '"forgotten"').replace(box, 'XTRU1000023')}\n`);
    appendFileSync(stateFile, line.slice(0, 40));
    const stage = await startStage({ stateFile });
    expect(stage.control.allBoxes().map(({ number }) => number)).toEqual([box]);
  });
});
