import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { addProgram, bareMachine } from '../test/fake-program.ts';
import { installStandIn } from './install-stand-in.ts';

const silent = () => undefined;

/** `python3 -m venv --clear DIR` leaves a python whose pip takes a moment and writes the program in two steps. */
function fakePython(pip: string): string {
  return `
PATH=/usr/bin:/bin
[ "$2" = venv ] || exit 3
mkdir -p "$4/bin"
cat > "$4/bin/python" <<'PYTHON'
#!/bin/sh
PATH=/usr/bin:/bin
cd "$(dirname "$0")"
${pip}
PYTHON
chmod +x "$4/bin/python"`;
}

const GOOD_PIP = `
printf '#!/bin/sh\\n' > half
sleep 0.2
printf 'echo served\\n' >> half
chmod +x half
mv half secantusd-py`;

async function machineWith(pip: string) {
  const config = await bareMachine();
  await addProgram(config, 'python3', fakePython(pip));
  return config;
}

it('installs once and is found the next time', async () => {
  const config = await machineWith(GOOD_PIP);
  const lines: string[] = [];
  const first = await installStandIn({ config, report: (line) => lines.push(line) });
  const second = await installStandIn({ config, report: (line) => lines.push(line) });
  expect(second).toBe(first);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain(`installing the stand-in SecantusDB`);
});

it('gives everyone the same whole program when many start on a cold cache', async () => {
  const config = await machineWith(GOOD_PIP);
  const binaries = await Promise.all(
    Array.from({ length: 5 }, () => installStandIn({ config, report: silent })),
  );
  expect(new Set(binaries).size).toBe(1);
  expect(await readFile(binaries[0] ?? '', 'utf8')).toBe('#!/bin/sh\necho served\n');
  expect(await readdir(config.cacheDir)).toHaveLength(2); // the published name and the one folder behind it
});

it('replaces a folder that lost its program', async () => {
  const config = await machineWith(GOOD_PIP);
  const binary = await installStandIn({ config, report: silent });
  await rm(binary);
  expect(await installStandIn({ config, report: silent })).toBe(binary);
  expect(await readFile(binary, 'utf8')).toContain('served');
});

it('leaves nothing behind and shows what pip said when it fails', async () => {
  const config = await machineWith('echo "ERROR: No matching distribution"; exit 1');
  await expect(installStandIn({ config, report: silent })).rejects.toThrow(
    /pip cannot[\s\S]*No matching distribution/,
  );
  expect(await readdir(config.cacheDir)).toEqual([]);
});

it('adds the missing venv with apt where it may', async () => {
  const config = { ...(await bareMachine()), isRoot: true };
  await addProgram(config, 'python3', 'echo "ensurepip is not available"; exit 1');
  const ready = join(config.path, 'ready');
  await addProgram(config, 'ready', fakePython(GOOD_PIP));
  const install = `/bin/mv ${ready} ${join(config.path, 'python3')}`;
  await addProgram(config, 'apt-get', `case "$*" in *python3-venv*) ${install};; esac`);
  expect(await installStandIn({ config, report: silent })).toContain('secantusd-py');
});
