import { Command } from 'commander';
import { auditCommands } from './operator/audit-commands.ts';
import { clientCommands } from './operator/client-commands.ts';
import { keysCommands, migrateCommand, traceCommands } from './operator/other-commands.ts';
import { pauseCommands, unpauseCommands } from './operator/pause-commands.ts';
import { replayCommand } from './operator/replay-command.ts';
import { reportCommands } from './operator/report-commands.ts';
import { ruleCommands } from './operator/rule-commands.ts';
import { createRun } from './operator/run-command.ts';
import { secretsCommands } from './operator/secrets-commands.ts';
import { stackCommands } from './operator/stack-commands.ts';

const envase = new Command('envase')
  .usage('[options] <noun> <verb>')
  .description('What an operator does to a platform: clients, keys, schema, pauses, cadence.')
  .option('--data <dir>', 'work on the stack that runs on this folder')
  .option('--json', 'print JSON', false)
  .addHelpText(
    'after',
    `
Without --data it reads MONGODB_URI, KEY_RING and SECRET_PEPPER (or …_FILE) from the environment, as the programs do.

  pnpm envase migrate
  pnpm envase client create --name "My TMS" --grant my-org:my-service
  pnpm envase --data .data client list
  pnpm envase pause provider apm --until 2026-11-25T06:00:00Z
  pnpm envase rule set available --every 30m --provider apm
  pnpm envase reports export --report dwell --since 2026-11-01 --format parquet --out dwell.parquet
  eval "$(pnpm --silent envase stack env)"    # of the stack on .data`,
  );
const options = () => envase.opts<{ data?: string; json: boolean }>();
const run = createRun(options, process.env);

await envase
  .addCommand(auditCommands(run))
  .addCommand(clientCommands(run))
  .addCommand(keysCommands(run))
  .addCommand(migrateCommand(run))
  .addCommand(pauseCommands(run))
  .addCommand(unpauseCommands(run))
  .addCommand(ruleCommands(run))
  .addCommand(secretsCommands(run))
  .addCommand(replayCommand(run))
  .addCommand(reportCommands(run))
  .addCommand(traceCommands(run))
  .addCommand(stackCommands(() => options().data))
  .parseAsync();
