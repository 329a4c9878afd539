import { startEngines } from '../src/index.ts';

// A parent for the guard's test: starts both engines, says who they are, and never stops them.
const { pids } = await startEngines();
process.stdout.write(`${JSON.stringify(pids)}\n`);
process.stdin.resume();
