import { Command } from 'commander';
import { LaunchError } from '../launch/lock-folder.ts';
import { readStackFile } from '../launch/stack-file.ts';
import { defaultDataDir } from '../options.ts';

/** `envase stack …`: the stack that runs on a data folder of this machine. */
export function stackCommands(dataDir: () => string | undefined): Command {
  const stack = new Command('stack').description('the stack that runs on this machine');
  stack
    .command('env')
    .description('its addresses and its first client as shell variables, for eval')
    .action(() => {
      try {
        process.stdout.write(toShell(dataDir() ?? defaultDataDir));
      } catch (error) {
        if (!(error instanceof LaunchError)) throw error;
        process.stderr.write(`${error.message}\n`);
        process.exitCode = 1;
      }
    });
  return stack;
}

function toShell(dataDir: string): string {
  const file = readStackFile(dataDir);
  if (!file) throw new LaunchError(`No stack runs on ${dataDir}: there is no stack.json.`);
  const { urls, client } = file;
  const variables = {
    CONNECT_DATA: urls.connectData,
    IDENTITY_MANAGER: urls.identityManager,
    CLIENT_ID: client.id,
    CLIENT_SECRET: client.secret,
    ORG_ID: client.orgId,
    SVC_ID: client.svcId,
  };
  // None of them can hold a quote: addresses, UUIDs and base64url.
  return Object.entries(variables)
    .map(([name, value]) => `export ${name}='${value}'\n`)
    .join('');
}
