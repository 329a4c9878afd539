import { type ExportOptions, exportReport } from '@envase/connect-data';
import { Command } from 'commander';
import type { Run } from './run-command.ts';

/** `envase reports …`: figures of the platform, or of one client, as files. */
export function reportCommands(run: Run): Command {
  const reports = new Command('reports').description('figures of the platform, or of one client, as files');
  reports
    .command('export')
    .description('write a whole report to a file; progress goes to standard error')
    .requiredOption('--report <name>', 'dwell, availability, last-free-day, providers or deliveries')
    .requiredOption('--out <file>', 'it is there only when it is whole')
    .option('--format <format>', 'csv or parquet', 'parquet')
    .option('--since <time>', 'a date (UTC) or a time with its offset; default: 30 days before --until')
    .option('--until <time>', 'exclusive; default: now, and a week ahead for last-free-day')
    .option('--provider-id <id>', 'this provider only')
    .option('--site-id <id>', 'this site only')
    .option('--client-id <id>', 'what this client may read; default: the whole platform')
    .action((options: ExportOptions) =>
      run(({ withDatabase }) =>
        withDatabase(({ repositories }) => {
          const report = (line: string) => void process.stderr.write(`${line}\n`);
          return exportReport({ repositories, now: Date.now(), report }, options);
        }),
      ),
    );
  return reports;
}
