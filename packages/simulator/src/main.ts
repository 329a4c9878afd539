import { Command, InvalidArgumentError } from 'commander';
import { simulatedProviders, startSimulator } from './index.ts';

function positive(text: string): number {
  const value = Number(text);
  if (value > 0) return value;
  throw new InvalidArgumentError('must be a positive number');
}

function portNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value < 65_536) return value;
  throw new InvalidArgumentError('must be a port, or 0 for any');
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

interface Options {
  port: number;
  host: string;
  speed: number;
  seed: string;
  state?: string;
  quiet?: true;
}

async function run({ quiet, state, ...options }: Options): Promise<void> {
  const simulator = await startSimulator({
    ...options,
    ...(state === undefined ? {} : { stateFile: state }),
    ...(quiet ? {} : { log: say }),
  });
  say(`Simulator at ${simulator.url}, speed ${options.speed}, seed ${options.seed}`);
  for (const { id, name, credentials } of simulatedProviders) {
    say(`  ${id}  ${simulator.baseUrls[id]}  ${name}`);
    for (const { what, value } of credentials) say(`      ${what}: ${value}`);
  }
  say(`  control  ${simulator.url}/control/journeys`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void simulator.close());
}

await new Command('simulator')
  .description('Serves the wire formats of container providers with scripted journeys.')
  .option('--port <port>', 'port to listen on, 0 for any', portNumber, 3003)
  .option('--host <host>', 'address to listen on', '127.0.0.1')
  .option('--speed <factor>', 'simulated time over real time; 1440 is a day a minute', positive, 1)
  .option('--seed <text>', 'equal seeds make equal boxes', 'envase')
  .option('--state <file>', 'keep which journeys have begun, over restarts')
  .option('--quiet', 'print no line per request')
  .action(run)
  .parseAsync();
