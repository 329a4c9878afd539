import { runAndSum, tell } from './run-and-sum.ts';

// `pnpm drill`: crash points and a rolling restart of a whole platform, which bring their own servers to harm; the last line is the sum.
tell(await runAndSum({ tasks: ['drill'], args: process.argv.slice(2) }));
