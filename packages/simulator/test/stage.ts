import { onTestFinished } from 'vitest';
import type { Simulator, SimulatorOptions } from '../src/index.ts';
import { startSimulator } from '../src/index.ts';

/** A simulator whose clock stands still until it is told to move. */
export interface Stage extends Simulator {
  /** Moves the clock to so many real milliseconds after the beginning. */
  moveTo(ms: number): void;
  now(): number;
  /** Real waits that were asked for. */
  waits: number[];
}

/** 04:15 in Los Angeles, 20:15 in Shanghai, winter time. */
const dawn = Date.parse('2026-03-02T12:15:00Z');

/** Speed 60: a simulated minute is a real second; `moveTo(minutes(420))` is simulated minute 420. */
export const minutes = (count: number) => count * 1_000;

export async function startStage(options: SimulatorOptions = {}): Promise<Stage> {
  let now = dawn;
  const waits: number[] = [];
  const delay = async (ms: number) => {
    waits.push(ms);
  };
  const simulator = await startSimulator({ speed: 60, now: () => now, delay, ...options });
  onTestFinished(() => simulator.close());
  const moveTo = (ms: number) => {
    now = dawn + ms;
  };
  return { ...simulator, moveTo, now: () => now, waits };
}

/** An answer with its body read. */
export interface Heard {
  status: number;
  headers: Headers;
  text: string;
  /** The body as JSON; null when it is none. */
  json: unknown;
}

async function hear(response: Response): Promise<Heard> {
  const text = await response.text();
  let json: unknown = null;
  try {
    json = JSON.parse(text);
  } catch {
    json = null;
  }
  return { status: response.status, headers: response.headers, text, json };
}

export async function get(url: string, headers: Record<string, string> = {}): Promise<Heard> {
  return hear(await fetch(url, { headers }));
}

export async function post(url: string, body: unknown): Promise<Heard> {
  return hear(
    await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  );
}

/** The rows of an answer that is a list, directly or in one of its members. */
export function rowsOf({ json }: Heard, member?: string): Record<string, unknown>[] {
  // The tests that read the rows assert what is in them.
  const list = member === undefined ? json : (json as Record<string, unknown>)[member];
  if (!Array.isArray(list)) throw new Error(`no list in ${JSON.stringify(json)}`);
  return list;
}

/** A logged-in client of `apm`. */
export async function apmClient(stage: Stage, clientId = 'simulated-apm-client') {
  const body = new URLSearchParams({ client_id: clientId, client_secret: 'simulated-apm-secret' });
  const url = `${stage.baseUrls.apm}/oauth/client_credential/accesstoken?grant_type=client_credentials`;
  const response = await fetch(url, { method: 'POST', body });
  // A grant is an object; the tests of the login assert what is in it.
  const grant = (await response.json()) as Record<string, unknown>;
  const authorization = `Bearer ${String(grant.access_token)}`;
  return {
    grant,
    ask: (path: string) => get(`${stage.baseUrls.apm}${path}`, { authorization }),
    async row(number: string, facility = 'USLAX') {
      const heard = await get(
        `${stage.baseUrls.apm}/import-availability?assetId=${number}&facilityCode=${facility}`,
        { authorization },
      );
      return rowsOf(heard)[0];
    },
  };
}

/** A logged-in client of `cn`. */
export async function cnClient(stage: Stage, key = 'simulated-cn-key') {
  const url = `${stage.baseUrls.cn}/v1/oauth/jwt-token/accesstokenJWT?grant_type=client_credentials`;
  const basic = Buffer.from(`${key}:simulated-cn-secret`).toString('base64');
  const headers = { 'x-apikey': key, authorization: `Basic ${basic}` };
  const response = await fetch(url, { method: 'POST', headers });
  // A grant is an object; the tests of the login assert what is in it.
  const grant = (await response.json()) as Record<string, unknown>;
  const authorization = `Bearer ${String(grant.access_token)}`;
  const ask = (ids: string) =>
    get(`${stage.baseUrls.cn}/customers/v1/shipments/tracking?equipmentIds=${ids}`, { authorization });
  return {
    grant,
    ask,
    async rows(ids: string) {
      const { json } = await ask(ids);
      // The tests that read the rows assert what is in them.
      const shipment = (json as Record<string, Record<string, unknown>>).ThirdPartyIntermodalShipment;
      return shipment?.Equipment as Record<string, unknown>[];
    },
  };
}

export const dcsaKey = { 'API-Key': 'simulated-dcsa-key' };

/** Events of a box by DCSA. */
export function events(stage: Stage, query: string): Promise<Heard> {
  return get(`${stage.baseUrls.dcsa_tnt}/v2/events?${query}`, dcsaKey);
}

/** Rows of unit details by BNSF. */
export async function unitDetails(stage: Stage, ...units: string[]) {
  const intermodalUnits = units.map((unit) => ({
    equipmentInitial: unit.slice(0, 4),
    equipmentNumber: unit.slice(4, 10),
  }));
  return rowsOf(await post(`${stage.baseUrls.bnsf}/v3/unit-details`, { intermodalUnits }), 'intermodalUnits');
}
