import {
  createClientCommand,
  disableClient,
  enableClient,
  type Identity,
  listClients,
  rotateClientSecret,
} from '@envase/identity-manager';
import { Command } from 'commander';
import { audited } from './audited.ts';
import type { Run } from './run-command.ts';

const manyTimes = (value: string, all: string[] = []) => [...all, value];

/** `envase client …`: who may ask for tokens, and for whom they may act (contract s1). */
export function clientCommands(run: Run): Command {
  const client = new Command('client').description('who may ask for tokens, and for whom they may act');
  client
    .command('create')
    .description('make a client; its secret is shown once')
    .requiredOption('--name <name>', 'for people')
    .option('--grant <orgId:svcId>', 'may act for it; svcId may be *; may be repeated', manyTimes)
    .option('--scope <scope>', 'connectdata/events (default), connectdata/admin; may be repeated', manyTimes)
    .action((options: { name: string; grant?: string[]; scope?: string[] }) =>
      change({ run, verb: 'create', target: options.name }, (identity) =>
        createClientCommand(identity, {
          name: options.name,
          grants: options.grant ?? [],
          ...(options.scope ? { scopes: options.scope } : {}),
        }),
      ),
    );
  client
    .command('list')
    .description('every client, newest first')
    .action(() =>
      run(({ withIdentity }) =>
        withIdentity(async (identity) => {
          const clients = [];
          let cursor: string | null | undefined;
          do {
            const page = await listClients(identity, { limit: 200, ...(cursor ? { cursor } : {}) });
            clients.push(...page.data);
            cursor = page.nextCursor;
          } while (cursor);
          return clients;
        }),
      ),
    );
  client
    .command('rotate')
    .argument('<id>')
    .description('add a secret beside the newest; an older one stops working')
    .action((id: string) =>
      change({ run, verb: 'rotate', target: id }, (identity) => rotateClientSecret(identity, id)),
    );
  client
    .command('disable')
    .argument('<id>')
    .description('no new tokens; those that are out are refused within 5 s')
    .action((id: string) =>
      change({ run, verb: 'disable', target: id }, (identity) => disableClient(identity, id)),
    );
  client
    .command('enable')
    .argument('<id>')
    .description('new tokens again')
    .action((id: string) =>
      change({ run, verb: 'enable', target: id }, (identity) => enableClient(identity, id)),
    );
  return client;
}

/** Changes one client and leaves the row in the platform's chain that the same call over `/admin/clients` leaves; no secret is in it. */
function change<T extends object>(
  { run, verb, target }: { run: Run; verb: string; target: string },
  work: (identity: Identity) => Promise<T & { secret?: string }>,
): Promise<void> {
  return run(({ withIdentity }) =>
    withIdentity(async (identity) => {
      const call = { chain: 'platform', command: `envase client ${verb}`, target };
      const { shown } = await audited(identity.db, call, async () => {
        const shown = await work(identity);
        const { secret: _, ...after } = shown;
        return { before: null, after, shown };
      });
      return shown;
    }),
  );
}
