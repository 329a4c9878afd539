import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { connectDatabase, migrate } from '@envase/db';
import { connectRedis } from '@envase/queues';
import { createLogger, newUuid, randomSecret } from '@envase/runtime';
import { startSimulator } from '@envase/simulator';
import { type FrontDoor, startFrontDoor } from '@envase/testing';
import { boxNumber } from '../../src/demo/box-number.ts';
import { databaseUri } from '../../src/launch/database-uri.ts';
import { environmentOf, type StackSettings } from '../../src/launch/environment.ts';
import { addClient } from './add-client.ts';
import { type Incarnation, startLife } from './incarnation.ts';
import type { Platform } from './platform.ts';
import { type FatalPoint, type Victim, victims } from './schedule.ts';

const restartMs = 200;
const keptLines = 200;
const speed = 60;

/** All programs of a platform in this process, on a database and a Redis database of its own, so that a flush is a flush. */
export async function startOneProcess(at: {
  mongodbUri: string;
  redisUrl: string;
  /** Of up to 16 platforms on one Redis. */
  index: number;
}): Promise<Platform> {
  const logger = createLogger({ program: 'crash', level: 'silent' });
  const lines: string[] = [];
  const log = { write: (line: string) => void (lines.push(line) > keptLines && lines.shift()) };
  const simulator = await startSimulator({ speed });
  const fronts = { connectData: await startFrontDoor(), identityManager: await startFrontDoor() };
  const settings = settingsOf(at, { fronts, simulatorPort: simulator.port });
  const db = await connectDatabase({ uri: settings.mongodbUri, logger });
  await migrate(db.connection);
  const client = await addClient(environmentOf('identity-manager', settings));
  const redis = connectRedis({ url: settings.redisUrl, role: 'worker', logger });
  const programs = createPrograms({ settings, fronts, log });
  // One after the other: a program whose first questions are answered late does not start.
  for (const name of victims) await programs.rise(name);
  const counts = { flushes: 0 };
  let serial = 0;
  return {
    client,
    connectDataUrl: `http://127.0.0.1:${fronts.connectData.port}`,
    identityUrl: `http://127.0.0.1:${fronts.identityManager.port}`,
    repositories: db.repositories,
    nextBox() {
      serial += 1;
      return boxNumber(serial, serial % 6);
    },
    kill: programs.kill,
    doom: programs.doom,
    struck: programs.struck,
    async flush() {
      counts.flushes += 1;
      await redis.flushdb();
    },
    faults: () => ({ ...counts, deliveryEnds: programs.endsOf('webhook-delivery') }),
    calm: programs.calm,
    lines: () => lines,
    async stop() {
      await programs.stop();
      await Promise.all([simulator.close(), ...Object.values(fronts).map((front) => front.close())]);
      redis.disconnect();
      await db.close();
    },
  };
}

function settingsOf(
  at: { mongodbUri: string; redisUrl: string; index: number },
  by: { fronts: Fronts; simulatorPort: number },
): StackSettings {
  const port = 0;
  return {
    mongodbUri: databaseUri(at.mongodbUri, `crash_${newUuid()}`),
    redisUrl: `${at.redisUrl}/${at.index}`,
    queuePrefix: 'envase',
    ports: {
      connectData: port,
      identityManager: by.fronts.identityManager.port,
      ops: port,
      simulator: by.simulatorPort,
      connectDataAdmin: port,
      identityManagerAdmin: port,
      opsAdmin: port,
      traceManagerAdmin: port,
      tracerAdmin: port,
      webhookDeliveryAdmin: port,
    },
    secrets: {
      instance: 'crash',
      keyRing: `k1:${randomBytes(32).toString('base64')}`,
      pepper: randomSecret(''),
      operator: { username: 'operator', password: randomSecret('') },
      clients: [],
      admin: null,
    },
    speed,
    allowHttpHooks: '127.0.0.1',
    logLevel: 'warn',
  };
}

/** A queue of each provider would be looked after, and one is used. */
function onlyApm(providers = '{}'): string {
  // What the launcher writes.
  const { apm } = JSON.parse(providers) as Record<string, unknown>;
  return JSON.stringify({ apm });
}

interface Fronts {
  connectData: FrontDoor;
  identityManager: FrontDoor;
}

interface Parts {
  settings: StackSettings;
  fronts: Fronts;
  log: { write(line: string): void };
}

function createPrograms({ settings, fronts, log }: Parts) {
  const living = new Map<Victim, Incarnation>();
  const ends = new Map<Victim, number>();
  const remains: Incarnation[] = [];
  const restarts = new Set<Promise<void>>();
  const frontOf: Partial<Record<Victim, FrontDoor>> = {
    'connect-data': fronts.connectData,
    'identity-manager': fronts.identityManager,
  };
  const doomed = new Set<string>();
  const struck: string[] = [];
  let isStopping = false;

  async function start(name: Victim): Promise<void> {
    const life = await startLife({
      name,
      mongodbUri: settings.mongodbUri,
      redisUrl: settings.redisUrl,
      log,
      env: (stores) => ({
        ...environmentOf(name, { ...settings, ...stores }),
        ...(frontOf[name] && { PORT: '0' }),
        ...(name === 'tracer' && { PROVIDERS: onlyApm(environmentOf(name, settings).PROVIDERS) }),
      }),
      isDoomed: (point) => doomed.delete(point),
      onDeath: (point) => {
        struck.push(point);
        end(name);
      },
    });
    living.set(name, life);
    if (life.port !== undefined) frontOf[name]?.openTo({ host: '127.0.0.1', port: life.port });
  }

  /** The rest of a death: nobody reaches it any more, and the next one is started. */
  function end(name: Victim): void {
    frontOf[name]?.cut();
    const life = living.get(name);
    if (life) remains.push(life);
    living.delete(name);
    ends.set(name, (ends.get(name) ?? 0) + 1);
    const restart = pause(restartMs)
      .then(() => rise(name))
      .finally(() => restarts.delete(restart));
    restarts.add(restart);
  }

  async function rise(name: Victim): Promise<void> {
    for (let hasRisen = false; !hasRisen && !isStopping; ) {
      hasRisen = await start(name).then(
        () => true,
        (error: unknown) => log.write(`${name} did not start: ${String(error)}\n`) ?? false,
      );
    }
  }

  return {
    rise,
    kill(name: Victim) {
      const life = living.get(name);
      // It is dead already and about to come back.
      if (!life) return;
      life.abandon();
      end(name);
    },
    struck,
    doom: (point: FatalPoint) => void doomed.add(point),
    endsOf: (name: Victim) => ends.get(name) ?? 0,
    async calm() {
      while (restarts.size > 0) await Promise.all(restarts);
    },
    async stop() {
      isStopping = true;
      while (restarts.size > 0) await Promise.all(restarts);
      await Promise.all([
        ...[...living.values()].map((life) => life.stop()),
        ...remains.map((life) => life.gone()),
      ]);
    },
  };
}
