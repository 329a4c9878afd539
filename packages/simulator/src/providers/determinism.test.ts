import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkDigitOf } from '../iso6346.ts';
import { createWorld } from '../world/world.ts';
import type { WireProvider } from './provider.ts';
import { memberOf } from './provider.ts';
import { wireProviders } from './registry.ts';

interface Scene {
  seed: string;
  number: string;
  elapsed: number;
}

const dawn = Date.parse('2026-03-02T12:15:00Z');

interface Call {
  operation: string;
  path?: string;
  query?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

type Ask = (call: Call) => unknown;

function bearer(grant: unknown): Record<string, string> {
  return { authorization: `Bearer ${String(memberOf(grant, 'access_token'))}` };
}

/** An order and the head of the queue; the world has no address but that of the asking below. */
function orderAndPeek(path: string) {
  return (ask: Ask, number: string) => {
    const sr = encodeURIComponent(`http://sim${path}`);
    const se = dawn / 1_000 + 86_400;
    const digest = createHmac('sha256', 'simulated-queue-key').update(`${sr}\n${se}`).digest('base64');
    const signature = `sr=${sr}&sig=${encodeURIComponent(digest)}&se=${se}&skn=simulated-listen`;
    const authorization = `SharedAccessSignature ${signature}`;
    const headers = { 'x-api-key': 'simulated-sprintpass-key', authorization };
    const body = { order: [{ unit: { unit_nbr: number } }] };
    return [
      ask({ operation: 'orders', headers, body }),
      ask({ operation: 'peek', headers, path: `${path}/messages/head` }),
    ];
  };
}

/** Every question of a provider about one box. */
const questions: Record<string, (ask: Ask, number: string) => unknown[]> = {
  apm(ask, number) {
    const body = { client_id: 'simulated-apm-client', client_secret: 'simulated-apm-secret' };
    const headers = bearer(ask({ operation: 'token', query: 'grant_type=client_credentials', body }));
    const query = `assetId=${number}&facilityCode=USLAX`;
    const operations = ['import-availability', 'container-event-history', 'booking-enquiry'];
    return operations.map((operation) => ask({ operation, query, headers }));
  },
  bnsf(ask, number) {
    const unit = { equipmentInitial: 'XTRU', equipmentNumber: number.slice(4, 10) };
    const unitList = [number.slice(0, 10)];
    const period = { startDate: '2026-03-01', endDate: '2026-03-31', j1ReceiptData: true };
    return [
      ask({ operation: 'unit-details', body: { intermodalUnits: [unit] } }),
      ask({ operation: 'units', body: { unitList } }),
      ask({ operation: 'j1-receipts', body: { unitList, ...period } }),
    ];
  },
  cn(ask, number) {
    const login = Buffer.from('simulated-cn-key:simulated-cn-secret').toString('base64');
    const headers = { 'x-apikey': 'simulated-cn-key', authorization: `Basic ${login}` };
    const grant = ask({ operation: 'token', query: 'grant_type=client_credentials', headers });
    const query = `equipmentIds=${number.slice(0, 10)}`;
    return [ask({ operation: 'tracking', query, headers: bearer(grant) })];
  },
  dcsa_tnt(ask, number) {
    const headers = { 'api-key': 'simulated-dcsa-key' };
    return [ask({ operation: 'events', query: `equipmentReference=${number}`, headers })];
  },
  terminal49(ask, number) {
    const headers = { authorization: 'Token simulated-terminal49-key' };
    const attributes = { request_type: 'container', request_number: number, auto_detect_vocc_scac: true };
    const order = ask({ operation: 'request', headers, body: { data: { attributes } } });
    const shown = ask({ operation: 'requests', query: `filter[request_number]=${number}`, headers });
    return [order, shown];
  },
  port_virginia(ask, number) {
    const query = 'key=simulated-virginia-key';
    const body = [{ equipmentId: number, referenceId: '' }];
    return [ask({ operation: 'get-imports-bulk', query, body })];
  },
  sprintpass_pro: orderAndPeek('/sprintpass_pro/queue'),
  emodal: orderAndPeek('/emodal/queue'),
  vizion(ask, number) {
    const headers = { 'x-api-key': 'simulated-vizion-key' };
    return [
      ask({ operation: 'create', headers, body: { container_id: number } }),
      ask({ operation: 'references', headers }),
    ];
  },
  trapac: (ask, number) => [ask({ operation: 'availabilities', query: `terminal=LAX&list=${number}` })],
};

/** Asks once to begin the journey, and again after a while, in a world of its own. */
function bytes(provider: WireProvider, { seed, number, elapsed }: Scene): string {
  let now = dawn;
  const world = createWorld({ seed, speed: 60, now: () => now, delay: async () => undefined });
  // Nobody knows a bill before there is a box.
  world.settings.set('port_virginia', { bill: 'optional' });
  const routes = provider.createRoutes(world);
  const ask: Ask = ({ operation, path = '/', query = '', body, headers = {} }) => {
    const route = routes.find((one) => one.operation === operation);
    const url = new URL(`http://sim${path}?${query}`);
    return route?.handle({ method: 'GET', path: '', headers, body, url }).body;
  };
  const all = () => questions[provider.id]?.(ask, number);
  all();
  now += elapsed;
  const answers = all();
  if (!answers) throw new Error(`nothing is asked of ${provider.id}`);
  return JSON.stringify(answers);
}

// What `gpa` writes into files, its own test compares.
describe.each(wireProviders.filter(({ id }) => id !== 'gpa'))('$id', (provider) => {
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
