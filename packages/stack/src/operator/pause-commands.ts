import type { Database } from '@envase/db';
import { createClock } from '@envase/runtime';
import {
  listPauses,
  type PauseOptions,
  type PauseTarget,
  pause,
  pauseIdOf,
  unpause,
} from '@envase/trace-manager';
import { Command } from 'commander';
import { audited, nameOperator } from './audited.ts';
import type { Run } from './run-command.ts';

const kinds = [
  { kind: 'provider', what: 'a provider that nobody asks' },
  { kind: 'organization', what: 'an organization for which nobody is asked' },
] as const;

/** `envase pause …`: whom nobody asks, by the operator's will. */
export function pauseCommands(run: Run): Command {
  const command = new Command('pause').description(
    'ask nobody for a provider or an organization, for a while',
  );
  for (const { kind, what } of kinds) {
    command
      .command(kind)
      .argument('<id>')
      .description(`${what}, from within 2 s; again takes the place of the pause before`)
      .option('--until <time>', 'ends by itself: a date (UTC) or a time with its offset; default: unpause')
      .option('--reason <text>', 'for other operators; clients do not see it')
      .action((id: string, options: PauseOptions) =>
        run((by) => by.withDatabase(pauseOne({ kind, id }, options))),
      );
  }
  command
    .command('list')
    .description('the pauses that stand now')
    .action(() => run((by) => by.withDatabase(async ({ repositories }) => listAll(repositories))));
  return command.addHelpText(
    'after',
    `
Traces stay due and go on when the pause ends; publishes are taken all the same. What a provider tells by itself is told on.

  pnpm envase pause provider apm --until 2026-11-25T06:00:00Z --reason "maintenance of theirs"
  pnpm envase unpause provider apm`,
  );
}

/** `envase unpause …`: takes a pause back. */
export function unpauseCommands(run: Run): Command {
  const command = new Command('unpause').description('take a pause back: what is due goes on within 2 s');
  for (const { kind, what } of kinds)
    command
      .command(kind)
      .argument('<id>')
      .description(what)
      .action((id: string) => run((by) => by.withDatabase(unpauseOne({ kind, id }))));
  return command;
}

function pauseOne(target: PauseTarget, options: PauseOptions) {
  return async (db: Database) => {
    const { pauses } = db.repositories;
    const by = nameOperator();
    const work = () => pause({ pauses, clock: createClock() }, target, { ...options, by });
    return (await audited(db, callOf('pause', target), work)).after;
  };
}

function unpauseOne(target: PauseTarget) {
  return async (db: Database) => {
    const work = () => unpause(db.repositories, target);
    return (await audited(db, callOf('unpause', target), work)).before;
  };
}

/** An organization's pause stands in its own chain, as what its clients do. */
function callOf(verb: string, target: PauseTarget) {
  const { kind, id } = target;
  const chain = kind === 'organization' ? id : 'platform';
  return { chain, command: `envase ${verb} ${kind}`, target: pauseIdOf(target) };
}

function listAll({ pauses }: Database['repositories']) {
  return listPauses({ pauses, clock: createClock() });
}
