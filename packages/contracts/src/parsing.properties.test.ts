import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bookingPublish, containerPublish, registration } from '../test/bodies.ts';
import { parsePublish } from './publish.ts';
import { parseWebhook } from './webhooks.ts';

// cspell:words letrec
/** Any JSON, with keys that JavaScript, MongoDB or JSON Pointer give a meaning to. */
const key = fc.oneof(
  fc.string(),
  fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', '$where', 'a.b', '~', '/', ''),
);
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, true, false, 0, -1.5, 1e300, ''),
    fc.string(),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie('json')), { maxLength: 6 }).map((pairs) => {
      const inside = pairs.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
      return JSON.parse(`{${inside.join(',')}}`) as unknown;
    }),
  ),
}));

/** A good body with some of its properties, and of its payload's, replaced by anything. */
function spoiled(good: Record<string, unknown>, names: readonly string[]) {
  const changes = fc.dictionary(fc.constantFrom(...names), json, { maxKeys: 4, noNullPrototype: true });
  return changes.map((changed) => ({ ...good, ...changed }));
}

const { payload: containers, ...envelope } = containerPublish();
const payloadNames = ['providerId', 'siteId', 'locationCode', 'containers', 'containerNumber', 'id', 'data'];
const envelopeNames = ['orgId', 'svcId', 'tmsId', 'type', 'action', 'isTest', 'origin', 'payload'];
const publishes = fc.oneof(
  json,
  spoiled(containerPublish(), envelopeNames),
  spoiled(bookingPublish({ id: 'B1' }), envelopeNames),
  spoiled(containers as Record<string, unknown>, payloadNames).map((payload) => ({ ...envelope, payload })),
);
const hookNames = ['url', 'triggers', 'entityType', 'eventType', 'filters', 'orgId', 'svcId', 'maxInFlight'];
const hooks = fc.oneof(json, spoiled(registration(), [...hookNames, 'webhookHeaders', 'delivery']));

describe('whatever is sent', () => {
  it('a publish is read or its faults are told, and the payload comes back value for value', () => {
    fc.assert(
      fc.property(publishes, (body) => {
        const before = JSON.stringify(body);
        const answer = parsePublish(body);
        expect(JSON.stringify(body)).toBe(before);
        if (answer.ok) expect(answer.request.payload).toBe((body as { payload: unknown }).payload);
        else expectFaults(answer.issues);
      }),
      { numRuns: 500 },
    );
  });

  it('a registration is read or its faults are told', () => {
    fc.assert(
      fc.property(hooks, (body) => {
        const before = JSON.stringify(body);
        const answer = parseWebhook(body);
        expect(JSON.stringify(body)).toBe(before);
        if (!answer.ok) expectFaults(answer.issues);
      }),
      { numRuns: 500 },
    );
  });

  it('any object is a payload of an event that is not for the tracer', () => {
    const objects = json.filter(
      (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    );
    fc.assert(
      fc.property(objects, (payload) => {
        const answer = parsePublish({ type: 'GATE', action: 'ARRIVED', payload });
        expect(answer.ok && answer.request.payload).toBe(payload);
      }),
    );
  });

  it('no prototype is changed by it', () => {
    const bare: Record<string, unknown> = {};
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(bare.x).toBeUndefined();
  });
});

/** At least one, each at a JSON Pointer and with something to say. */
function expectFaults(issues: readonly { path: string; message: string }[]): void {
  expect(issues.length).toBeGreaterThan(0);
  for (const { path, message } of issues) {
    expect(path).toMatch(/^(\/([^~/]|~[01])*)*$/u);
    expect(message).not.toBe('');
  }
}
