import type { Database } from '@envase/db';

/** For people. The stand-in tells its own version beside the one it plays. */
export async function nameEngine({ connection }: Database): Promise<string> {
  const info: { version?: string; secantusVersion?: string } =
    (await connection.db?.admin().buildInfo()) ?? {};
  return info.secantusVersion ? `SecantusDB ${info.secantusVersion} (stand-in)` : `MongoDB ${info.version}`;
}
