import { readFileSync } from 'node:fs';
import { verifyAuditCommand } from '@envase/http';
import { Command } from 'commander';
import { z } from 'zod';
import type { Run } from './run-command.ts';

/** An earlier report, as `envase --json audit verify` printed it. */
const earlierReport = z.object({
  chains: z.array(
    z.object({ chain: z.string(), head: z.object({ n: z.int(), hash: z.string() }).nullable() }),
  ),
});

/** `envase audit …`: who changed what (quality S10). */
export function auditCommands(run: Run): Command {
  const audit = new Command('audit').description('who changed what, as a chain that shows tampering');
  audit
    .command('verify')
    .description('read every chain of rows and say where one is broken; exit code 1 if so')
    .option('--chain <name>', 'an organization or platform; all of them unless given')
    .option('--against <file>', 'an earlier report (--json): rows cut off at the end since then show too')
    .action((options: { chain?: string; against?: string }) =>
      run((by) =>
        by.withDatabase(async ({ repositories }) => {
          const report = await verifyAuditCommand(
            { store: repositories.audit },
            {
              ...(options.chain === undefined ? {} : { chain: options.chain }),
              ...(options.against === undefined ? {} : { marks: readMarks(options.against) }),
            },
          );
          if (!report.ok) process.exitCode = 1;
          return report;
        }),
      ),
    );
  return audit;
}

function readMarks(file: string) {
  const { chains } = earlierReport.parse(JSON.parse(readFileSync(file, 'utf8')));
  return Object.fromEntries(chains.flatMap(({ chain, head }) => (head ? [[chain, head] as const] : [])));
}
