import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Pool } from 'undici';
import { type Half, startHalf } from '../src/half.ts';
import { interleave, median } from './rounds.ts';

/*
 * CPU of Connect Data per published event of 1 KB against Koa with one insert of the same write concern (quality P1): each serves
 * in a process of its own, in turn, 50 connections; every event answered is 201. Then where our time goes, by a sampling profile.
 */
const { values } = parseArgs({
  options: {
    mongodb: { type: 'string', default: '' },
    redis: { type: 'string', default: '' },
    count: { type: 'string', default: '600' },
    rounds: { type: 'string', default: '7' },
    connections: { type: 'string', default: '50' },
  },
});
const count = Number(values.count);
const connections = Number(values.connections);

const fileOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const env = { MONGODB_URI: values.mongodb, REDIS_URL: values.redis };
const ours = await startHalf(fileOf('../../connect-data/bench/api.ts'), env);
const bare = await startHalf(fileOf('./bare-api.ts'), env);
try {
  const rounds = await interleave(Number(values.rounds), {
    ours: () => cpuPerEvent(ours),
    bare: () => cpuPerEvent(bare),
  });
  const ratio = median(rounds.map((round) => round.ours / round.bare));
  const [oursCpu, bareCpu] = [rounds.map((round) => round.ours), rounds.map((round) => round.bare)].map(
    median,
  );
  print(`${count} events of 1 KB, ${connections} connections, ${values.rounds} rounds`);
  print(`  Koa and one insert  ${bareCpu?.toFixed(0)} µs of CPU an event`);
  print(`  Connect Data        ${oursCpu?.toFixed(0)} µs`);
  print(`  ratio ${ratio.toFixed(2)} (goal 1.6)`);
  await ours.startProfile();
  await publish(ours.url);
  const parts = (await ours.endProfile()).filter(([, share]) => share >= 0.02);
  print(
    `  where ours goes: ${parts.map(([part, share]) => `${part} ${(share * 100).toFixed(0)} %`).join(', ')}`,
  );
} finally {
  await ours.close();
  await bare.close();
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function cpuPerEvent(half: Half): Promise<number> {
  const before = await half.cpu();
  await publish(half.url);
  return ((await half.cpu()) - before) / count;
}

/** Posts all events, so many at once. Throws for any answer but 201. */
async function publish(url: string): Promise<void> {
  const { origin, pathname, searchParams } = new URL(url);
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const headers = {
    'content-type': 'application/json',
    authorization: `Bearer ${searchParams.get('token') ?? ''}`,
  };
  let left = count;
  const work = async () => {
    while (left > 0) {
      left -= 1;
      const body = JSON.stringify(newEvent());
      const answer = await pool.request({ method: 'POST', path: pathname, headers, body });
      await answer.body.dump();
      if (answer.statusCode !== 201) throw new Error(`an event was answered with ${answer.statusCode}`);
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  await pool.close();
}

/** A gate event of the documentation's shape, filled up to 1 KB. */
function newEvent() {
  const container = { length: 40, weight: 4000, width: 8, owned: false, containerNumber: 'MSCU1234566' };
  const truck = { licensePlate: 'ABC123', axles: 3, length: 20, weight: 15000, width: 8, owned: true };
  const location = { name: 'Yard 7', city: 'Oakland', state: 'CA', zipCode: '94607' };
  const payload = { gateType: 'IN', location, truck, container, note: 'x'.repeat(600) };
  return { orgId: 'org-a', svcId: 'svc-1', type: 'GATE', action: 'INTERCHANGE_PROCESSED', payload };
}
