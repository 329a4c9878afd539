import { EngineError, startEngines } from '@envase/engines';
import { runAndSum, tell } from './run-and-sum.ts';
import type { Totals } from './sum-results.ts';

// `pnpm test`: one MongoDB and one Redis for all packages; the last line is the sum.
tell(await runTests());

async function runTests(): Promise<Totals> {
  try {
    return await runWithEngines();
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { passed: 0, failed: 1, notes: [error.message] };
  }
}

async function runWithEngines(): Promise<Totals> {
  const engines = await startEngines({
    mongodbUri: process.env.MONGODB_URI,
    redisUrl: process.env.REDIS_URL,
    report: (line) => console.log(line),
  });
  try {
    return await runAndSum({
      tasks: ['test', 'typecheck'],
      args: process.argv.slice(2),
      env: { MONGODB_URI: engines.mongodbUri, REDIS_URL: engines.redisUrl },
    });
  } finally {
    await engines.stop();
  }
}
