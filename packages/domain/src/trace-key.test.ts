import { services, traceTypes } from '@envase/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizeProviderId } from './provider-id.ts';
import { type TraceIdentity, traceKey } from './trace-key.ts';

const text = fc.string({ maxLength: 6 });
const identity: fc.Arbitrary<TraceIdentity> = fc.record({
  orgId: text,
  svcId: text,
  isTest: fc.boolean(),
  type: fc.constantFrom(...traceTypes),
  service: fc.constantFrom(...services),
  number: text,
  providerId: fc.constantFrom('apm', 'port_houston', 'ports_america'),
  siteId: text,
});

describe('traceKey', () => {
  it('is the same for the same identity', () => {
    const one = {
      orgId: 'o',
      svcId: 's',
      isTest: false,
      type: 'CONTAINER',
      service: 'availability',
      number: 'CSQU3054383',
      providerId: 'port_houston',
      siteId: '',
    } as const;
    expect(traceKey({ ...one })).toEqual(traceKey(one));
    expect(traceKey({ ...one, providerId: 'Port-Of-Houston' })).toEqual(traceKey(one));
  });

  it('is shared by no two identities, also where their parts run into each other', () => {
    fc.assert(
      fc.property(identity, identity, (a, b) => {
        const isSame = JSON.stringify(a) === JSON.stringify(b);
        expect(JSON.stringify(traceKey(a)) === JSON.stringify(traceKey(b))).toBe(isSame);
      }),
    );
  });

  it('changes with every single part', () => {
    fc.assert(
      fc.property(identity, identity, (a, b) => {
        for (const part of Object.keys(a) as (keyof TraceIdentity)[]) {
          const changed = { ...a, [part]: b[part] };
          const isSame = a[part] === b[part];
          expect(JSON.stringify(traceKey(changed)) === JSON.stringify(traceKey(a))).toBe(isSame);
        }
      }),
    );
  });
});

describe('normalizeProviderId', () => {
  it.each([
    ['Port-Of-Houston', 'port_houston'],
    ['port_houston', 'port_houston'],
    ['PORTS-AMERICA', 'ports_america'],
    [' apm ', 'apm'],
    ['__proto__', '__proto__'],
    ['constructor', 'constructor'],
    ['nobody', 'nobody'],
  ])('reads %j as %j', (sent, id) => {
    expect(normalizeProviderId(sent)).toBe(id);
    expect(normalizeProviderId(id)).toBe(id);
  });
});
