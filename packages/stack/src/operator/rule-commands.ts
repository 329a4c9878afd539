import type { Database } from '@envase/db';
import { createClock } from '@envase/runtime';
import {
  listRules,
  presentRule,
  type RuleOptions,
  type RuleTarget,
  removeRule,
  ruleIdOf,
  setRule,
} from '@envase/trace-manager';
import { Command } from 'commander';
import { audited, nameOperator } from './audited.ts';
import type { Run } from './run-command.ts';

interface Of {
  provider?: string;
}

/** `envase rule …`: how often boxes are traced (contract s7, explain names the rules). */
export function ruleCommands(run: Run): Command {
  const rule = new Command('rule').description('how often boxes are traced: rules, first match wins');
  rule
    .command('list')
    .description('what operators have set')
    .option('--provider <id>', 'instead the whole cadence of its boxes, in order')
    .action((of: Of) => run((by) => by.withDatabase(({ repositories }) => listRules(repositories, of))));
  rule
    .command('set')
    .argument('<id>', 'of a starting rule, to stand in its place, or a new one, to come before all')
    .description('what is planned from within 5 s follows it; again takes the place of the rule before')
    .requiredOption('--every <time>', 'between two traces: 1m to 30d')
    .option('--when <json>', 'what must hold of a box; default: as in the starting rule')
    .option('--priority <0-3>', '0 is traced first under a tight budget; default: as in the starting rule')
    .option('--provider <id>', 'for its boxes only; wins over a rule for all')
    .action((id: string, { provider, ...options }: RuleOptions & Of) =>
      run((by) => by.withDatabase(set({ id, provider }, options))),
    );
  rule
    .command('remove')
    .argument('<id>')
    .description('take it away: the starting rule is back')
    .option('--provider <id>', 'the one that is for its boxes only')
    .action((id: string, { provider }: Of) => run((by) => by.withDatabase(remove({ id, provider }))));
  return rule.addHelpText(
    'after',
    `
A trace that is planned already follows a new rule after its next run. \`trace explain\` tells setBy operator where such a rule won.

  pnpm envase rule list --provider apm
  pnpm envase rule set available --every 30m --provider apm
  pnpm envase rule set held-overnight --when '{"isBlocked":true,"isGateOpen":false}' --every 4h --priority 3`,
  );
}

function set(target: RuleTarget, options: RuleOptions) {
  return async (db: Database) => {
    const { cadenceRules } = db.repositories;
    const by = nameOperator();
    const work = () => setRule({ cadenceRules, clock: createClock() }, target, { ...options, by });
    return presentRule((await audited(db, callOf('set', target), work)).after);
  };
}

function remove(target: RuleTarget) {
  return async (db: Database) => {
    const work = () => removeRule(db.repositories, target);
    return presentRule((await audited(db, callOf('remove', target), work)).before);
  };
}

function callOf(verb: string, target: RuleTarget) {
  return { chain: 'platform', command: `envase rule ${verb}`, target: ruleIdOf(target) };
}
