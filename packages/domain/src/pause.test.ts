import { describe, expect, it } from 'vitest';
import { isPaused, listPaused, nobodyPaused } from './pause.ts';

const now = Date.parse('2026-03-04T18:00:00Z');
const after = (ms: number) => new Date(now + ms);

describe('pauses', () => {
  it('stand until their moment, or until they are taken back', () => {
    const paused = listPaused(
      [
        { kind: 'provider', id: 'apm', until: null },
        { kind: 'provider', id: 'bnsf', until: after(1) },
        { kind: 'provider', id: 'cn', until: after(0) },
        { kind: 'organization', id: 'apm', until: after(5) },
      ],
      now,
    );
    expect(paused.providers).toEqual(
      new Map([
        ['apm', null],
        ['bnsf', after(1)],
      ]),
    );
    expect(paused.organizations).toEqual(new Map([['apm', after(5)]]));
  });

  it('hold a trace by its queue, or by its organization', () => {
    const paused = listPaused(
      [
        { kind: 'provider', id: 'apm', until: null },
        { kind: 'organization', id: 'org', until: null },
      ],
      now,
    );
    expect(isPaused({ via: 'apm', orgId: 'other' }, paused)).toBe(true);
    expect(isPaused({ via: 'cn', orgId: 'org' }, paused)).toBe(true);
    expect(isPaused({ via: 'org', orgId: 'apm' }, paused)).toBe(false);
    expect(isPaused({ via: 'apm', orgId: 'org' }, nobodyPaused)).toBe(false);
  });
});
