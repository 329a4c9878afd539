import { EngineError, findEngines } from '@envase/engines';
import { runAndSum, tell } from './run-and-sum.ts';
import type { Totals } from './sum-results.ts';

// `pnpm test`: each package starts its own MongoDB and Redis, unless told of one; the last line is the sum.
tell(await runTests());

async function runTests(): Promise<Totals> {
  const { MONGODB_URI, REDIS_URL } = process.env;
  try {
    // What is missing is installed, or said, once and not by each package.
    await findEngines({
      mongodbUri: MONGODB_URI,
      redisUrl: REDIS_URL,
      report: (line) => console.log(line),
    });
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { passed: 0, failed: 1, notes: [error.message] };
  }
  return runAndSum({ tasks: ['test'], args: process.argv.slice(2) });
}
