import { once } from 'node:events';
import { promisify } from 'node:util';
import ssh2, { type SFTPWrapper } from 'ssh2';
import { describe, expect, it, onTestFinished } from 'vitest';
import { get, minutes, type Stage, startStage } from '../../../test/stage.ts';

const box = 'XTRU1000018';
const other = 'XTRU1000023';
const nobody = 'XTRU1000090';
const login = { username: 'simulated-gpa-user', password: 'simulated-gpa-password' };

async function openFiles(stage: Stage, password = login.password) {
  const client = new ssh2.Client();
  onTestFinished(() => void client.destroy());
  // The simulator ends first and its connections with it.
  client.on('error', () => undefined);
  const ready = once(client, 'ready');
  client.connect({ host: '127.0.0.1', port: stage.port, ...login, password });
  await ready;
  const sftp = await promisify<SFTPWrapper>((done) => client.sftp(done))();
  return {
    async request(id: string, numbers: readonly string[]) {
      await new Promise<void>((resolve, reject) =>
        sftp.writeFile(`/in/${id}.tmp`, numbers.map((number) => `${number}\n`).join(''), (error) =>
          error ? reject(error) : resolve(),
        ),
      );
      await new Promise<void>((resolve, reject) =>
        sftp.rename(`/in/${id}.tmp`, `/in/${id}.csv`, (error) => (error ? reject(error) : resolve())),
      );
    },
    read: (id: string) =>
      new Promise<string | null>((resolve) =>
        sftp.readFile(`/out/${id}.csv`, (error, data) => resolve(error ? null : data.toString())),
      ),
  };
}

const numbersIn = (text: string | null) =>
  text
    ?.trim()
    .split('\n')
    .slice(1)
    .map((row) => row.split(',')[0]);

describe('gpa', () => {
  it('answers a file of numbers with a file of what it knows, half an hour later', async () => {
    const stage = await startStage();
    stage.control.setJourney({ number: box, providerId: 'gpa', journey: 'import', site: 'GCT' });
    stage.moveTo(minutes(600));
    const files = await openFiles(stage);
    await files.request('one', [box, nobody]);
    expect(await files.read('one')).toBeNull();
    stage.moveTo(minutes(630));
    const text = await files.read('one');
    expect(text?.split('\n')[0]).toMatch(/^Unit Nbr,Type ISO,Line Op,.*,BL Nbr$/);
    expect(numbersIn(text)).toEqual([box]);
    expect(text).toMatch(/,IMPRT,FCL,Yard,Y-GCT-\d\d[A-D],2026-03-02 07:22,,,CUSTOMS HOLD,/);
    stage.moveTo(minutes(1_440));
    expect(await files.read('one')).toBe(text);
    expect(stage.control.requests({ providerId: 'gpa' })[0]).toMatchObject({
      operation: 'request',
      boxes: [box, nobody],
    });
  });

  it('writes the same answer for the same seed, and another for another', async () => {
    const answerBy = async (seed: string) => {
      const stage = await startStage({ seed });
      const files = await openFiles(stage);
      await files.request('same', [box, other]);
      stage.moveTo(minutes(30));
      return files.read('same');
    };
    const text = await answerBy('one');
    expect(await answerBy('one')).toBe(text);
    expect(await answerBy('two')).not.toBe(text);
  });

  it('speaks SFTP and HTTP on one port, and refuses a login that is not its own', async () => {
    const stage = await startStage();
    expect(stage.baseUrls.gpa).toBe(`sftp://127.0.0.1:${stage.port}`);
    expect((await get(`${stage.url}/health`)).status).toBe(200);
    await expect(openFiles(stage, 'another')).rejects.toMatchObject({ level: 'client-authentication' });
  });

  it('knows half a file, a missing row, one that comes twice and one of a stranger', async () => {
    const stage = await startStage();
    const files = await openFiles(stage);
    await files.request('two', [box, other]);
    stage.moveTo(minutes(30));
    const struck = async (kind: 'truncated' | 'half_batch' | 'duplicate_rows' | 'foreign_rows') => {
      stage.control.addFault({ providerId: 'gpa', kind });
      const text = await files.read('two');
      stage.control.clearFaults('gpa');
      return text;
    };
    expect(await struck('truncated')).not.toMatch(/\n$/);
    expect(numbersIn(await struck('half_batch'))).toEqual([box]);
    expect(numbersIn(await struck('duplicate_rows'))).toEqual([box, box, other, other]);
    expect(numbersIn(await struck('foreign_rows'))).toEqual([
      box,
      other,
      expect.stringMatching(/^XTRU999999/),
    ]);
  });
});
