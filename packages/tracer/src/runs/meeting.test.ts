import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMeeting } from './meeting.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A batch that begins with one arrival; `leftAt` is when it left. */
function begin(together: number, mostAtOnce = 50) {
  const meeting = createMeeting(mostAtOnce);
  const startedAt = performance.now();
  const batch = { meeting, leftAt: null as number | null };
  meeting.arrive(together);
  meeting.schedule(() => {
    batch.leftAt = performance.now() - startedAt;
  });
  return batch;
}

describe('a batch', () => {
  it('leaves once nothing has arrived for a moment', () => {
    const batch = begin(1);
    vi.advanceTimersByTime(15);
    expect(batch.leftAt).toBeLessThanOrEqual(15);
  });

  it('leaves in the end though others keep arriving', () => {
    const batch = begin(1);
    for (let ms = 0; ms < 60; ms += 5) {
      batch.meeting.arrive(1);
      vi.advanceTimersByTime(5);
    }
    expect(batch.leftAt).toBeLessThanOrEqual(55);
  });

  it('waits for those that were sent with it, however slowly they come', () => {
    const batch = begin(3);
    vi.advanceTimersByTime(100);
    batch.meeting.arrive(3);
    vi.advanceTimersByTime(100);
    expect(batch.leftAt).toBeNull();
    batch.meeting.arrive(3);
    vi.advanceTimersByTime(15);
    expect(batch.leftAt).toBeGreaterThan(200);
  });

  it('does not wait for ever for one that never comes', () => {
    const batch = begin(2);
    vi.advanceTimersByTime(270);
    expect(batch.leftAt).toBeGreaterThanOrEqual(250);
  });

  it('waits for no more than one request holds', () => {
    const batch = begin(1_000, 2);
    batch.meeting.arrive(1_000);
    vi.advanceTimersByTime(15);
    expect(batch.leftAt).not.toBeNull();
  });

  it('owes the next one nothing', () => {
    const batch = begin(2);
    vi.advanceTimersByTime(270);
    let hasLeft = false;
    batch.meeting.arrive(1);
    batch.meeting.schedule(() => {
      hasLeft = true;
    });
    vi.advanceTimersByTime(15);
    expect(hasLeft).toBe(true);
  });
});
