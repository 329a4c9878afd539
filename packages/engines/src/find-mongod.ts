import { fileURLToPath } from 'node:url';
import { DryMongoBinary, MongoBinary } from 'mongodb-memory-server';
import type { EngineConfig } from './config.ts';
import { EngineError, type Report } from './engine.ts';
import { installStandIn, STAND_IN_VERSION } from './install-stand-in.ts';
import { findOnPath, runCommand } from './run-command.ts';

const PROBE_MS = 1500;
const STAND_IN_WRAPPER = fileURLToPath(new URL('./stand-in-mongod.sh', import.meta.url));

const MISSING = `no MongoDB: set MONGODB_URI to a running one, put mongod on the PATH, or install what the stand-in needs:
  Debian, Ubuntu   sudo apt-get install -y python3 python3-venv
  macOS            brew install python3 (or: brew tap mongodb/brew && brew install mongodb-community)
  with Docker      docker run -d -p 27017:27017 mongo:8 and MONGODB_URI=mongodb://127.0.0.1:27017`;

export interface FoundMongod {
  /** Takes mongod's flags. */
  binary: string;
  version: string;
  name: string;
  /** Whose files these are: one server cannot open another's. */
  format: 'mongod' | 'secantusd-py' | 'secantusd-rs';
  env?: Record<string, string>;
}

interface Deps {
  config: EngineConfig;
  report: Report;
}

/** The best MongoDB server this machine can get, in the order README.md gives; throws `EngineError`. */
export async function findMongod(deps: Deps): Promise<FoundMongod> {
  const { config } = deps;
  const own =
    config.mongodBinary ?? (await findOnPath('mongod', config.path)) ?? (await downloadMongod(deps));
  return own === undefined ? findStandIn(deps) : describeMongod(own);
}

async function describeMongod(binary: string): Promise<FoundMongod> {
  const { ok, output } = await runCommand([binary, '--version']);
  if (!ok) throw new EngineError(`${binary} --version failed: ${output}`);
  const version = /db version v(\d+\.\d+\.\d+)/.exec(output)?.[1];
  if (version === undefined) throw new EngineError(`${binary} --version does not answer like mongod`);
  return { binary, version, name: `MongoDB ${version}`, format: 'mongod' };
}

/** What was downloaded before is taken without a look at the network. */
async function downloadMongod({ config: { download }, report }: Deps): Promise<string | undefined> {
  if (download === undefined) return undefined;
  const options = { downloadDir: download.dir };
  try {
    const before = await DryMongoBinary.locateBinary(await DryMongoBinary.generateOptions(options));
    if (before !== undefined) return before;
    if (download.probe !== undefined && !(await answers(download.probe))) return undefined;
    report(`downloading mongod into ${download.dir} (once)`);
    return await MongoBinary.getPath(options);
  } catch (error) {
    report(`mongod cannot be downloaded: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

/** A quick look instead of the download's own failure, which takes seven seconds. */
async function answers(probe: string): Promise<boolean> {
  try {
    const answer = await fetch(probe, { method: 'HEAD', signal: AbortSignal.timeout(PROBE_MS) });
    return answer.ok;
  } catch {
    return false;
  }
}

async function findStandIn(deps: Deps): Promise<FoundMongod> {
  const rust = await findOnPath('secantusd-rs', deps.config.path);
  if (rust !== undefined) return standIn(rust, 'SecantusDB, Rust (stand-in)', 'secantusd-rs');
  try {
    const python = await installStandIn(deps);
    return standIn(python, `SecantusDB ${STAND_IN_VERSION} (stand-in)`, 'secantusd-py');
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new EngineError(`${MISSING}\n${error.message}`);
  }
}

function standIn(program: string, name: string, format: FoundMongod['format']): FoundMongod {
  // The wrapper claims this version, so nothing warns of a difference.
  return { binary: STAND_IN_WRAPPER, version: '8.2.11', name, format, env: { ENVASE_STAND_IN: program } };
}
