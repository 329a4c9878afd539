#!/usr/bin/env node
import { createClient } from './client.ts';
import { listenHooks } from './listen/listen-hooks.ts';
import { readCommand } from './listen/read-command.ts';

// `envase-trace`: what a developer of a TMS runs beside the own program.
const read = readCommand(process.argv.slice(2), process.env);
if (read.kind === 'listen') {
  const { command } = read;
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
  try {
    await listenHooks({
      ...command,
      client: createClient(command),
      signal: stop.signal,
      print: (line) => process.stdout.write(`${line}\n`),
    });
  } catch (error) {
    if (!stop.signal.aborted) fail(error instanceof Error ? error.message : String(error));
  }
} else if (read.kind === 'help') {
  process.stdout.write(read.text);
} else {
  fail(`${read.text}\n\nenvase-trace --help says what there is`);
}

function fail(text: string): void {
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
}
