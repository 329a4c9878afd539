import { createSealedStores, resealSecrets } from '@envase/db';
import { Command } from 'commander';
import type { Run } from './run-command.ts';

/** `envase secrets …`: what is sealed at rest with the key ring (quality S5). */
export function secretsCommands(run: Run): Command {
  const secrets = new Command('secrets').description('what is sealed at rest with the key ring');
  secrets
    .command('rotate')
    .description(
      'seal everything with the first key of KEY_RING; stopped, it goes on when run again; exit code 1 if something cannot be opened',
    )
    .action(() =>
      run((by) =>
        by.withDatabase(async ({ connection }) => {
          const stores = createSealedStores(connection);
          const report = (line: string) => void process.stderr.write(`${line}\n`);
          const done = await resealSecrets({ stores, ring: by.keyRing(), report });
          if (done.unreadable.length > 0) process.exitCode = 1;
          return done;
        }),
      ),
    );
  return secrets;
}
