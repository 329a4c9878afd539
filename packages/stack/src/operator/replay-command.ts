import { createClock } from '@envase/runtime';
import { type ReplayOptions, replay } from '@envase/trace-manager';
import { Command } from 'commander';
import { audited } from './audited.ts';
import type { Run } from './run-command.ts';

/** `envase replay`: today's mapper over the kept answers of a provider. */
export function replayCommand(run: Run): Command {
  return new Command('replay')
    .description("read a provider's kept answers with today's mapper and show what that changes")
    .requiredOption('--provider <id>', 'whose answers')
    .requiredOption('--since <time>', 'traces traced since then: a date (UTC) or a time with its offset')
    .option('--until <time>', 'in trips begun before then; default: now')
    .option('--after <traceId>', 'go on behind this trace, as an interrupted replay said')
    .option('--apply', 'write each difference once it is shown, and tell it as a result of now', false)
    .addHelpText(
      'after',
      `
Whole trips are read anew. Without --apply nothing is written. What was told stays what was known then (?knownAt=); kept answers are
not touched. Traces that ended are shown and left alone. Again does no harm. Progress goes to standard error.

  pnpm envase replay --provider apm --since 2026-11-01
  pnpm envase replay --provider apm --since 2026-11-01 --apply`,
    )
    .action((options: ReplayOptions) =>
      run(({ withDatabase }, show) =>
        withDatabase(async (db) => {
          const { repositories } = db;
          const report = (line: string) => void process.stderr.write(`${line}\n`);
          const work = () => replay({ repositories, clock: createClock(), show, report }, options);
          if (!options.apply) return work();
          const call = { chain: 'platform', command: 'envase replay', target: options.provider };
          return (await audited(db, call, async () => ({ before: null, after: await work() }))).after;
        }),
      ),
    );
}
