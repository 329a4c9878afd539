import { Pool } from 'undici';

export interface Publisher {
  /** For so many seconds; resolves with how many events. Rejects for any answer but 201. */
  publish(seconds: number): Promise<number>;
  /** So far, in all. */
  published(): number;
}

/** Posts events of 1 KB over so many connections, each as soon as the one before is answered; a `token` of the address goes in the header. */
export function createPublisher(url: string, connections: number): Publisher {
  const { origin, pathname, searchParams } = new URL(url);
  const headers = {
    'content-type': 'application/json',
    authorization: `Bearer ${searchParams.get('token') ?? ''}`,
  };
  const body = JSON.stringify(gateEvent);
  let published = 0;
  const publish = async (seconds: number): Promise<number> => {
    const pool = new Pool(origin, { connections, pipelining: 1 });
    const until = performance.now() + seconds * 1_000;
    const before = published;
    const work = async () => {
      while (performance.now() < until) {
        const answer = await pool.request({ method: 'POST', path: pathname, headers, body });
        await answer.body.dump();
        if (answer.statusCode !== 201) throw new Error(`an event was answered with ${answer.statusCode}`);
        published += 1;
      }
    };
    await Promise.all(Array.from({ length: connections }, work));
    await pool.close();
    return published - before;
  };
  return { publish, published: () => published };
}

/** Of the documentation's shape, filled up to 1 KB. */
const gateEvent = {
  orgId: 'org-a',
  svcId: 'svc-1',
  type: 'GATE',
  action: 'INTERCHANGE_PROCESSED',
  payload: {
    gateType: 'IN',
    location: { name: 'Yard 7', city: 'Oakland', state: 'CA', zipCode: '94607' },
    truck: { licensePlate: 'ABC123', axles: 3, length: 20, weight: 15000, width: 8, owned: true },
    container: { length: 40, weight: 4000, width: 8, owned: false, containerNumber: 'MSCU1234566' },
    note: 'x'.repeat(570),
  },
};
