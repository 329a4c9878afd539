import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkDigitOf } from '../iso6346.ts';
import { createWorld } from '../world/world.ts';
import { apm } from './apm/apm.ts';
import { bnsf } from './bnsf/bnsf.ts';
import { dcsaTnt } from './dcsa_tnt/dcsa-tnt.ts';
import type { WireProvider } from './provider.ts';
import { memberOf } from './provider.ts';

interface Scene {
  seed: string;
  number: string;
  elapsed: number;
}

const dawn = Date.parse('2026-03-02T12:15:00Z');

/** Asks once to begin the journey, and again after a while, in a world of its own. */
function bytes(provider: WireProvider, { seed, number, elapsed }: Scene): string {
  let now = dawn;
  const world = createWorld({ seed, speed: 60, now: () => now, delay: async () => undefined });
  const routes = provider.createRoutes(world);
  function ask(operation: string, url: string, rest: { body?: unknown; headers?: Record<string, string> }) {
    const route = routes.find((one) => one.operation === operation);
    const call = {
      method: 'GET',
      path: '',
      headers: {},
      body: undefined,
      ...rest,
      url: new URL(url, 'http://sim'),
    };
    return route?.handle(call).body;
  }
  const login = { client_id: 'simulated-apm-client', client_secret: 'simulated-apm-secret' };
  const token = memberOf(ask('token', '/?grant_type=client_credentials', { body: login }), 'access_token');
  const headers = { authorization: `Bearer ${String(token)}`, 'api-key': 'simulated-dcsa-key' };
  const period = { startDate: '2026-03-01', endDate: '2026-03-31', j1ReceiptData: true };
  const all = () => [
    ask('import-availability', `/?assetId=${number}&facilityCode=USLAX`, { headers }),
    ask('container-event-history', `/?assetId=${number}&facilityCode=USLAX`, { headers }),
    ask('booking-enquiry', `/?assetId=${number}&facilityCode=USLAX`, { headers }),
    ask('unit-details', '/', {
      body: { intermodalUnits: [{ equipmentInitial: 'XTRU', equipmentNumber: number.slice(4, 10) }] },
    }),
    ask('units', '/', { body: { unitList: [number.slice(0, 10)] } }),
    ask('j1-receipts', '/', { body: { unitList: [number.slice(0, 10)], ...period } }),
    ask('events', `/?equipmentReference=${number}`, { headers }),
  ];
  all();
  now += elapsed;
  return JSON.stringify(all());
}

describe.each([apm, bnsf, dcsaTnt])('$id', (provider) => {
  it('answers the same bytes for the same seed, number and time', () => {
    const serial = fc
      .integer({ min: 0, max: 999_999 })
      .map((value) => `XTRU${String(value).padStart(6, '0')}`);
    const scene = fc.record({
      seed: fc.string({ minLength: 1, maxLength: 8 }),
      number: serial.map((ten) => `${ten}${checkDigitOf(ten)}`),
      elapsed: fc.integer({ min: 0, max: 2_000_000 }),
    });
    fc.assert(
      fc.property(scene, (one) => {
        expect(bytes(provider, one)).toBe(bytes(provider, one));
      }),
      { numRuns: 40 },
    );
  });

  it('makes another box of another seed', () => {
    const scene = { seed: 'one', number: 'XTRU1000018', elapsed: 700_000 };
    expect(bytes(provider, scene)).not.toBe(bytes(provider, { ...scene, seed: 'two' }));
  });
});
