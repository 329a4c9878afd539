import { AsyncLocalStorage } from 'node:async_hooks';
import { clearFailpoints, setFailpoint } from '@envase/runtime';
import { type FrontDoor, startFrontDoor } from '@envase/testing';
import type { ProgramName } from '../../src/launch/environment.ts';
import { type InnerProgram, runInProcess } from '../../src/launch/run-in-process.ts';
import { fatalPoints } from './schedule.ts';

/** One life of a program inside this process, all of whose connections to the stores can be cut at any byte. */
export interface Incarnation {
  /** Where it listens, if others call it. */
  port: number | undefined;
  /** From now on nothing it does reaches a store or a client: to everybody else it is dead. */
  abandon(): void;
  /** Resolves when what is left of it is gone. */
  gone(): Promise<void>;
  stop(): Promise<void>;
}

export interface LifeOptions {
  name: ProgramName;
  /** Its variables, given the addresses of the stores as it sees them. */
  env: (stores: { mongodbUri: string; redisUrl: string }) => Record<string, string>;
  mongodbUri: string;
  redisUrl: string;
  log: { write(line: string): void };
  /** Whether it dies at a failpoint that it has come to; it is told that once. */
  isDoomed: (point: string) => boolean;
  onDeath: (point: string) => void;
}

const lives = new AsyncLocalStorage<{ dieAt(point: string): void }>();

/** Every failpoint asks whose life it was reached in; many platforms share this process. */
export function armFatalPoints(): void {
  for (const point of Object.keys(fatalPoints)) setFailpoint(point, (name) => lives.getStore()?.dieAt(name));
}

export { clearFailpoints as disarmFatalPoints };

export async function startLife(options: LifeOptions): Promise<Incarnation> {
  const { name, env, log, isDoomed, onDeath } = options;
  const doors = await openDoors(options);
  let program: InnerProgram | undefined;
  let ending: Promise<void> | undefined;
  const life: Incarnation = {
    port: undefined,
    abandon() {
      for (const door of doors.all) door.cut();
      ending ??= bury();
    },
    gone: () => ending ?? Promise.resolve(),
    async stop() {
      await program?.stop();
      await Promise.all(doors.all.map((door) => door.close()));
    },
  };
  // Its clients notice the cut first: they stop in the way of a program whose stores are away.
  const bury = async () => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    await life.stop();
  };
  const dieAt = (point: string) => {
    if (!isDoomed(point)) return;
    life.abandon();
    onDeath(point);
    throw new Error(`${name} died at ${point}`);
  };
  program = await lives.run({ dieAt }, () => runInProcess(name, { env: env(doors), log }));
  life.port = program.port;
  return life;
}

async function openDoors({ mongodbUri, redisUrl }: LifeOptions) {
  const [mongo, redis] = await Promise.all([openDoor(mongodbUri), openDoor(redisUrl)]);
  return {
    all: [mongo.door, redis.door],
    // What is cut off gives up soon, or it would outlive its schedule.
    mongodbUri: `${mongo.uri}?serverSelectionTimeoutMS=2000`,
    redisUrl: redis.uri,
  };
}

async function openDoor(uri: string): Promise<{ door: FrontDoor; uri: string }> {
  const address = new URL(uri);
  const door = await startFrontDoor({ host: address.hostname, port: Number(address.port) });
  address.hostname = '127.0.0.1';
  address.port = String(door.port);
  return { door, uri: address.href };
}
