import { describe, expect, it } from 'vitest';
import { createLogger, createRateLimitedLog } from './logger.ts';

const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJlLWNhbmFyeQ';

function capture(options: { pretty?: boolean } = {}) {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  return { lines, logger: createLogger({ program: 'tracer', destination, ...options }) };
}

describe('createLogger', () => {
  it('writes JSON lines that carry the program', () => {
    const { lines, logger } = capture();
    logger.info({ jobId: '7' }, 'Ran');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 30,
      program: 'tracer',
      jobId: '7',
      msg: 'Ran',
    });
    expect(lines[0]).toMatch(/\n$/);
  });

  it.each([
    'authorization',
    'Authorization',
    'password',
    'secret',
    'clientSecret',
    'client_secret',
    'signingKey',
    'token',
    'access_token',
    'webhookHeaders',
    'credentials',
    'pickupNumber',
    'pickup_number',
    'set-cookie',
    'apiKey',
    'x-none-of-these.privateKey',
  ])('hides %s at any depth, of any type, in fields and bindings', (path) => {
    const key = path.split('.').at(-1) ?? '';
    const { lines, logger } = capture();
    const values = ['canary', { inner: 'canary' }, [{ name: 'a', value: 'canary' }], 'with "quotes" canary'];
    for (const value of values) {
      logger.info({ [key]: value }, 'one');
      logger.info({ a: { [key]: value } }, 'two');
      logger.info({ a: [{ b: { c: { [key]: value } } }] }, 'deep');
      logger.child({ [key]: value }).warn('bound');
      logger
        .child({ a: { [key]: value } })
        .error({ err: Object.assign(new Error('x'), { [key]: value }) }, 'bound deep');
    }
    expect(lines).toHaveLength(values.length * 5);
    expect(lines.join('')).not.toContain('canary');
  });

  it.each([
    ['a JWT', `token is ${JWT}.`],
    ['a bearer token', 'sent authorization: Bearer abcdef-canary'],
    ['basic credentials', 'sent Basic Y2FuYXJ5OmNhbmFyeQ=='],
    ['a signing key', 'key whsec_canary/canary+canary='],
    ['a client secret', 'ets_canary-canary'],
    ['credentials in a URI', 'cannot reach mongodb://user:canary@db.example:27017/x'],
    ['a password with an @ in a URI', 'redis://:can@canary@h:6379'],
    ['a form body', 'grant_type=client_credentials&client_secret=canary&x=1'],
    ['JSON inside a text', `answered ${JSON.stringify({ a: 1, password: 'canary' })}`],
  ])('hides %s in messages, fields, stacks and causes', (_, text) => {
    const { lines, logger } = capture();
    logger.info(text);
    logger.info({ detail: { text } }, 'field');
    logger.error(new Error(text));
    logger.error({ err: new Error('outer', { cause: new Error(text) }) }, 'cause');
    const written = lines.join('');
    expect(lines).toHaveLength(4);
    expect(written).not.toMatch(/canary|c2lnbmF0dXJl|Y2FuYXJ5/);
    expect(written).toContain('[redacted]');
    for (const line of lines) JSON.parse(line);
  });

  it('leaves harmless lines as they are', () => {
    const { lines, logger } = capture();
    const fields = {
      url: 'https://a.example/hook?x=1',
      email: 'a@b.example',
      tokens: 3,
      hasSigningKey: true,
    };
    logger.info(fields, 'Basic check of the bearer was good');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      ...fields,
      msg: 'Basic check of the bearer was good',
    });
  });

  it('writes one line for people whose control characters cannot forge another', () => {
    const { lines, logger } = capture({ pretty: true });
    logger.warn({ a: 'x\ny', n: 1 }, 'one\ntwo\u001b[31m');
    logger.error({ err: new Error('no Bearer abcdef-canary') }, 'Failed');
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} WARN {2}tracer one\\ntwo\\u001b\[31m a=x\\ny n=1\n$/);
    expect(lines[1]).toMatch(/^\S+ ERROR tracer Failed\n {4}Error: no Bearer \[redacted\]\n {4}at /);
  });
});

describe('createRateLimitedLog', () => {
  it('writes a message once per span and tells how many it left out', () => {
    const { lines, logger } = capture();
    let nowMs = 0;
    const log = createRateLimitedLog(logger, 1_000, { now: () => nowMs });
    for (let i = 0; i < 5; i += 1) log.error({ i }, 'Redis is away');
    log.warn({}, 'another');
    nowMs = 1_000;
    log.error({ i: 9 }, 'Redis is away');
    const written = lines.map((line) => JSON.parse(line));
    expect(written.map((line) => [line.level, line.msg, line.i, line.suppressed])).toEqual([
      [50, 'Redis is away', 0, undefined],
      [40, 'another', undefined, undefined],
      [50, 'Redis is away', 9, 4],
    ]);
  });
});
