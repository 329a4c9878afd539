import { describe, expect, it } from 'vitest';
import { apmClient, minutes, startStage } from '../../test/stage.ts';
import { checkDigitOf } from '../iso6346.ts';
import { wireProviders } from '../providers/registry.ts';
import { followBox } from './follow-box.ts';

const startAt = Date.parse('2026-03-02T12:15:00Z');
const ten = 'XTRU100001';
const number = `${ten}${checkDigitOf(ten)}`;
const journeys = { terminal: 'import', rail: 'rail_import', line: 'ocean', booking: 'export_booking' };

describe('a box that is followed without a server', () => {
  it.each(wireProviders)(
    'is told by $id in JSON that names it, the same for equal orders',
    ({ id, kinds }) => {
      const [kind = 'terminal'] = kinds;
      const order = { providerId: id, number, journey: journeys[kind], site: null, seed: 's', startAt };
      const tell = () => JSON.stringify(followBox(order).tell(startAt + 1_310 * 60_000));
      expect(tell()).toContain('100001');
      expect(tell()).toBe(tell());
      expect(JSON.parse(tell())).not.toEqual([]);
    },
  );

  it('is told as the server tells it', async () => {
    const stage = await startStage({ seed: 's' });
    const client = await apmClient(stage);
    stage.control.setJourney({ providerId: 'apm', number, journey: 'import', site: 'USLAX' });
    const followed = followBox({
      ...{ providerId: 'apm', number, journey: 'import', site: 'USLAX' },
      ...{ seed: 's', startAt: stage.now(), speed: 60 },
    });
    for (const minute of [0, 540, 900]) {
      stage.moveTo(minutes(minute));
      const [row] = followed.tell(stage.now()) ?? [];
      expect(row).toEqual(await client.row(number));
    }
  });

  it('is nothing to a provider that does not know it', () => {
    const followed = followBox({
      ...{ providerId: 'gpa', number, journey: 'not_found_yet', site: 'GCT' },
      ...{ seed: 's', startAt },
    });
    expect(followed.tell(startAt + 179 * 60_000)).toBeNull();
    expect(followed.tell(startAt + 180 * 60_000)).not.toBeNull();
  });

  it('is refused for a journey or a provider that is none', () => {
    const order = { providerId: 'apm', number, journey: 'nowhere', site: null, seed: 's', startAt };
    expect(() => followBox(order)).toThrow('no journey nowhere');
    expect(() => followBox({ ...order, providerId: 'nobody', journey: 'import' })).toThrow(RangeError);
  });
});
