import { describe, expect, it } from 'vitest';
import { milestone, observe, terminal } from '../../test/observations.ts';
import { days, last, tell } from '../../test/stories.ts';

describe('another trip of the same box', () => {
  const visit = [
    milestone('discharged', '2026-01-05T08:00:00Z'),
    milestone('outgated', '2026-01-09T08:00:00Z'),
  ];

  it('is left out when it was before: the last visit does not end this one', () => {
    const result = last([observe({ milestones: [...visit, milestone('departed', days(1))] })]);
    expect(result).toMatchObject({ ended: null, state: { status: 'on_vessel', events: [] } });
    expect(result.quarantined).toEqual([
      'discharged 2026-01-05T08:00:00Z belongs to another trip',
      'outgated 2026-01-09T08:00:00Z belongs to another trip',
    ]);
    const expected = observe({ milestones: [milestone('outgated', days(1)), milestone('eta', days(20))] });
    expect(last([expected])).toMatchObject({ ended: null, state: { status: 'on_vessel' } });
  });

  it('is left out when it is the next: the box that left stays gone', () => {
    const facts = { ...terminal, traceUntil: 'empty_returned' as const };
    const [, result] = tell(
      [
        observe({ milestones: visit }),
        observe({ milestones: [...visit, milestone('discharged', days(20))] }),
      ],
      facts,
    );
    expect(result).toMatchObject({ changes: [], state: { status: 'outgated' } });
    expect(result?.quarantined).toEqual([`discharged ${days(20)} belongs to another trip`]);
  });

  it('does not undo that a box has left: such an observation is reported, not delivered', () => {
    const facts = { ...terminal, traceUntil: 'empty_returned' as const };
    const gone = observe({ milestones: visit });
    const impossible = [
      observe({ milestones: [milestone('departed', days(1))], description: 'OTHER' }),
      observe({ milestones: [milestone('departed')] }),
      observe({ milestones: [milestone('eta', days(20))] }),
      observe({ milestones: [milestone('arrived', days(1))] }),
    ];
    for (const observed of impossible) {
      const [before, after] = tell([gone, observed], facts);
      expect(after?.state).toBe(before?.state);
      expect(after?.changes).toEqual([]);
      expect(after?.quarantined).toHaveLength(1);
      expect(after?.quarantined[0]).toMatch(/^outgated -> /);
    }
  });

  it('is none where a source lists a whole visit, or leaves its end out', () => {
    const history = [milestone('eta', '2026-01-05T08:00:00Z'), ...visit];
    expect(last([observe({ milestones: history })])).toMatchObject({ ended: 'outgated', quarantined: [] });
    const facts = { ...terminal, traceUntil: 'empty_returned' as const };
    const shorter = observe({ milestones: visit.slice(0, 1), available: true });
    expect(last([observe({ milestones: visit }), shorter], facts)).toMatchObject({
      changes: [],
      quarantined: [],
      state: { status: 'outgated' },
    });
  });
});
