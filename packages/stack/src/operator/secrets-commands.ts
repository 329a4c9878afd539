import { createSealedStores, resealSecrets } from '@envase/db';
import { Command } from 'commander';
import { audited } from './audited.ts';
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
        by.withDatabase(async (db) => {
          const stores = createSealedStores(db.connection);
          const report = (line: string) => void process.stderr.write(`${line}\n`);
          const ring = by.keyRing();
          const call = { chain: 'platform', command: 'envase secrets rotate', target: 'sealed secrets' };
          const { after: done } = await audited(db, call, async () => ({
            before: null,
            after: await resealSecrets({ stores, ring, report }),
          }));
          if (done.unreadable.length > 0) process.exitCode = 1;
          return done;
        }),
      ),
    );
  return secrets;
}
