import { describe, expect, it } from 'vitest';
import { readCommand } from './read-command.ts';

const env = {
  CONNECT_DATA_URL: 'https://connect.example',
  IDENTITY_URL: 'https://identity.example',
  CLIENT_ID: 'tms',
  CLIENT_SECRET: 'a secret',
};
const listen = ['hooks', 'listen', '--forward', 'http://localhost:3000/hook'];

describe('the command line', () => {
  it('takes what the variables say, and hears everything', () => {
    expect(readCommand(listen, env)).toEqual({
      kind: 'listen',
      command: {
        to: 'http://localhost:3000/hook',
        connectDataUrl: 'https://connect.example',
        identityUrl: 'https://identity.example',
        clientId: 'tms',
        clientSecret: 'a secret',
        webhookId: undefined,
        entityType: '*',
        triggers: ['*'],
        signingKey: undefined,
        isTest: false,
      },
    });
  });

  it('takes options before variables', () => {
    const args = [
      ...listen,
      '--webhook=w1',
      '--entity=BOOKING',
      '--trigger=TRACE_RESULTS',
      '--trigger=TRACE_ERROR',
      '--test',
      '--connect-data=http://127.0.0.1:3001',
      '--identity=http://127.0.0.1:3000',
      '--client-id=other',
    ];
    expect(readCommand(args, { ...env, SIGNING_KEY: 'k' })).toMatchObject({
      command: {
        connectDataUrl: 'http://127.0.0.1:3001',
        identityUrl: 'http://127.0.0.1:3000',
        clientId: 'other',
        webhookId: 'w1',
        entityType: 'BOOKING',
        triggers: ['TRACE_RESULTS', 'TRACE_ERROR'],
        signingKey: 'k',
        isTest: true,
      },
    });
  });

  it.each([[[]], [['--help']], [[...listen, '--help']]])('helps with %j', (args) => {
    expect(readCommand(args, {})).toMatchObject({ kind: 'help' });
  });

  it('names every fault at once, and no secret', () => {
    const read = readCommand(['hooks', 'listen', '--forward', 'localhost:3000'], {
      CLIENT_SECRET: 'a secret',
      IDENTITY_URL: '',
    });
    expect(read).toEqual({
      kind: 'fault',
      text: [
        '--forward is no http address',
        '--connect-data is missing',
        '--identity is missing',
        '--client-id is missing',
      ].join('\n'),
    });
  });

  it.each([
    [['hooks', 'delete', '--forward', 'http://localhost'], "there is no command 'hooks delete'"],
    [[...listen, '--colour', 'x'], "Unknown option '--colour'"],
    [['hooks', 'listen', '--forward'], 'argument missing'],
  ])('refuses %j', (args, fault) => {
    expect(readCommand(args, env)).toMatchObject({ kind: 'fault', text: expect.stringContaining(fault) });
  });
});
