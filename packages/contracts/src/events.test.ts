import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { actionAliases, type EventEnvelope, renderEvent } from './events.ts';

const event: EventEnvelope = {
  id: '0192f0c1-2d3e-7a4b-8c5d-6e7f80910111',
  orgId: 'org',
  svcId: 'svc',
  type: 'CONTAINER',
  action: 'TRACE_RESULT',
  origin: 'trace-manager',
  isTest: false,
  createdAt: new Date('2026-03-02T12:00:00Z'),
  sequence: 3,
  traceId: 'h1',
};

describe('renderEvent', () => {
  it('writes every documented property, the service under both of its names', () => {
    expect(JSON.parse(renderEvent({ ...event, payload: { id: 'X' } }))).toEqual({
      ...event,
      tmsId: 'svc',
      createdAt: '2026-03-02T12:00:00.000Z',
      payload: { id: 'X' },
    });
  });

  it('writes what has no value as null', () => {
    const rendered = renderEvent({ ...event, sequence: null, traceId: null, payload: '{}' });
    expect(JSON.parse(rendered)).toMatchObject({ sequence: null, traceId: null, isTest: false });
  });

  it('says the action by the name its receiver registered', () => {
    const rendered = renderEvent({ ...event, payload: '{}' }, 'TRACE_RESULTS');
    expect(JSON.parse(rendered)).toMatchObject({ action: 'TRACE_RESULTS' });
  });

  it.each([
    '{"__proto__":{"a":1},"constructor":null,"":0}',
    '{"b":1,"a":2,"10":3,"9":4}',
    '{"exact":1.0,"big":1e400,"text":"\\u2028\\ud800"}',
    '{ "spaced" : [ ] }',
  ])('puts the text of a payload in as it stands: %s', (payload) => {
    expect(renderEvent({ ...event, payload })).toContain(`,"payload":${payload}}`);
  });

  it('is JSON whatever the envelope and the payload hold', () => {
    const texts = fc.record({ orgId: fc.string(), svcId: fc.string(), origin: fc.string() });
    fc.assert(
      fc.property(texts, fc.dictionary(fc.string(), fc.jsonValue()), (changes, payload) => {
        const text = JSON.stringify(payload);
        const rendered = renderEvent({ ...event, ...changes, payload: text });
        const read = JSON.parse(rendered) as { orgId: string; payload: object };
        expect(read.orgId).toBe(changes.orgId);
        expect(JSON.stringify(read.payload)).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });
});

describe('actionAliases', () => {
  it('are the documented pairs', () => {
    expect(actionAliases.map(({ type, canonical, alias }) => `${type} ${canonical} ${alias}`)).toEqual([
      'BOOKING TRACE_RESULTS TRACE_RESULT',
      'CONTAINER TRACE_ERROR TRACE_ERRORS',
      'BOOKING TRACE_ERROR TRACE_ERRORS',
    ]);
  });
});
