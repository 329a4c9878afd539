import { fileURLToPath } from 'node:url';
import { readNames, scaffoldProvider } from './scaffold.ts';

// `pnpm new:provider <id>`: the folder of a provider that answers at once, to be filled.
const names = readNames(process.argv[2] ?? '');
if (names) {
  const sources = fileURLToPath(new URL('..', import.meta.url));
  for (const path of scaffoldProvider(sources, names)) process.stdout.write(`${path}\n`);
  process.stdout.write(`Fill it until its tests pass, then add ${names.camel} to src/registry.ts.\n`);
} else {
  process.stderr.write('Usage: pnpm new:provider <id>, such as port_of_nowhere\n');
  process.exitCode = 1;
}
