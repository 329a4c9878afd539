import { connectDatabase } from '@envase/db';
import { connectRedis } from '@envase/queues';
import { createLogger } from '@envase/runtime';
import { boxNumber } from '../../src/demo/box-number.ts';
import { loadSecrets } from '../../src/launch/secrets.ts';
import { readStackFile } from '../../src/launch/stack-file.ts';
import { startTestStack } from '../test-stack.ts';
import { addClient } from './add-client.ts';
import type { Platform } from './platform.ts';
import { fatalPoints, type Victim } from './schedule.ts';

/** A stack of processes, each killed as the system would kill it. */
export async function startProcesses(): Promise<Platform> {
  const test = await startTestStack({ asProcesses: true, logLevel: 'warn' });
  const { file } = test.stack;
  const logger = createLogger({ program: 'crash', level: 'silent' });
  const db = await connectDatabase({ uri: file.mongodbUri, logger });
  const redis = connectRedis({ url: file.redisUrl, role: 'worker', logger });
  const { keyRing, pepper } = loadSecrets(test.dataDir);
  const client = await addClient({ MONGODB_URI: file.mongodbUri, KEY_RING: keyRing, SECRET_PEPPER: pepper });
  const counts = { deliveryEnds: 0, flushes: 0 };
  let serial = 0;
  const kill = (program: Victim) => {
    if (program === 'webhook-delivery') counts.deliveryEnds += 1;
    try {
      process.kill(readStackFile(test.dataDir)?.pids[program] ?? file.pids[program] ?? 0, 'SIGKILL');
    } catch {
      // It is dead already and about to come back.
    }
  };
  return {
    client,
    connectDataUrl: file.urls.connectData,
    identityUrl: file.urls.identityManager,
    repositories: db.repositories,
    nextBox() {
      serial += 1;
      return boxNumber(serial, serial % 6);
    },
    kill,
    doom: (point) => kill(fatalPoints[point]),
    struck: [],
    async flush() {
      counts.flushes += 1;
      await redis.flushall();
    },
    faults: () => ({ ...counts }),
    calm: async () => undefined,
    lines: () => [],
    async stop() {
      redis.disconnect();
      await db.close();
      await test.remove();
    },
  };
}
