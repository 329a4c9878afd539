import type { EngineConfig } from './config.ts';
import type { Report } from './engine.ts';
import { findOnPath, runCommand, tailOf } from './run-command.ts';

const ENV = { DEBIAN_FRONTEND: 'noninteractive' };
// Another installation may hold dpkg's lock: wait for it instead of failing.
const LOCK = ['-o', 'DPkg::Lock::Timeout=180'];

/** Installs Debian packages where we are root and apt is there; says whether it did. */
export async function installWithApt(
  packages: readonly string[],
  { config, report }: { config: EngineConfig; report: Report },
): Promise<boolean> {
  const apt = await findOnPath('apt-get', config.path);
  if (!config.isRoot || apt === undefined) return false;
  report(`installing ${packages.join(', ')} with apt-get`);
  await runCommand([apt, 'update', '-q'], ENV);
  const install = await runCommand(
    [apt, 'install', '-y', '-q', '--no-install-recommends', ...LOCK, ...packages],
    ENV,
  );
  if (!install.ok) report(`apt-get failed:\n${tailOf(install.output)}`);
  return install.ok;
}
