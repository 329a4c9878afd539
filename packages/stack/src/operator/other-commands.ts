import { explainTrace } from '@envase/connect-data';
import { migrate } from '@envase/db';
import { rotateSigningKeys } from '@envase/identity-manager';
import { AppError } from '@envase/runtime';
import { Command } from 'commander';
import { audited } from './audited.ts';
import type { Run } from './run-command.ts';

/** `envase keys …`: the keys that sign tokens. */
export function keysCommands(run: Run): Command {
  const keys = new Command('keys').description('the keys that sign tokens');
  keys
    .command('rotate')
    .description('sign with the next key from now on')
    .option('--stolen', 'the old keys stop working at once, and every token with them', false)
    .action(({ stolen }: { stolen: boolean }) =>
      run((by) =>
        by.withIdentity(async (identity) => {
          const target = stolen ? 'all signing keys' : 'signing key';
          const call = { chain: 'platform', command: 'envase keys rotate', target };
          const work = async () => ({
            before: null,
            after: await rotateSigningKeys(identity, { isStolen: stolen }),
          });
          return (await audited(identity.db, call, work)).after;
        }),
      ),
    );
  return keys;
}

/** `envase migrate`: the schema of the database. */
export function migrateCommand(run: Run): Command {
  return new Command('migrate')
    .description('bring the database to the newest schema; again does no harm')
    .action(() =>
      run((by) =>
        by.withDatabase(async ({ connection }) => ({
          applied: await migrate(connection, { report: (line) => process.stderr.write(`${line}\n`) }),
        })),
      ),
    );
}

/** `envase trace …`: what the platform does about a box. */
export function traceCommands(run: Run): Command {
  const trace = new Command('trace').description('what the platform does about a box');
  trace
    .command('explain')
    .argument('<id>', 'traceId as the publish answered it')
    .description('why the trace ran last and runs next when it does')
    .action((id: string) =>
      run((by) =>
        by.withDatabase(async ({ repositories }) => {
          const found = await repositories.traces.get(id);
          if (!found) throw new AppError('not_found', 'There is no such trace');
          const { number, providerId, siteId, stopReason, state, failures } = found;
          return {
            number,
            place: `${providerId} ${siteId}`,
            status: stopReason ?? state?.status ?? 'not traced yet',
            failures,
            ...(await explainTrace(repositories, found, new Date())),
          };
        }),
      ),
    );
  return trace;
}
