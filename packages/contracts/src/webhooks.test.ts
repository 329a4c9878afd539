import { describe, expect, it } from 'vitest';
import { registration } from '../test/bodies.ts';
import { parseWebhook, type WebhookRegistration } from './webhooks.ts';

function read(body: unknown): WebhookRegistration {
  const answer = parseWebhook(body);
  if (!answer.ok) throw new Error(JSON.stringify(answer.issues));
  return answer.registration;
}

function faults(body: unknown): string[] {
  const answer = parseWebhook(body);
  return answer.ok ? [] : answer.issues.map(({ path }) => path);
}

describe('a registration', () => {
  it('is read as the documentation shows it', () => {
    expect(read(registration())).toEqual({
      url: 'https://tms.example/hook',
      triggers: ['TRACE_RESULT'],
      entityType: 'CONTAINER',
      filters: [],
    });
  });

  it.each([
    ['entityType', { entityType: 'GATE' }],
    ['eventType', { entityType: undefined, eventType: 'GATE' }],
    ['both, equal', { entityType: 'GATE', eventType: 'GATE' }],
    ['both, equal but for case', { entityType: 'gate', eventType: 'Gate' }],
  ])('names the entity by %s', (_name, entity) => {
    expect(read(registration(entity)).entityType).toBe('GATE');
  });

  it('compares triggers without case, as a set', () => {
    const triggers = ['trace_result', 'TRACE_RESULT', 'Approved', '*'];
    expect(read(registration({ triggers })).triggers).toEqual(['TRACE_RESULT', 'APPROVED', '*']);
  });

  it('may hear every entity', () => {
    expect(read(registration({ entityType: '*' })).entityType).toBe('*');
  });

  it('carries what else is known, and leaves out what is not', () => {
    const known = {
      signingKey: 'c0ffee',
      webhookHeaders: [{ name: 'X-API-Key', value: 'secret' }],
      orgId: 'ENVASE',
      svcId: 'ICTSI-INTEGRATION',
      description: 'results',
      ordered: true,
      maxInFlight: 50,
      isTest: true,
      delivery: 'push',
    };
    expect(read(registration({ ...known, id: 'x', hasSigningKey: true, secret: 's' }))).toEqual({
      ...read(registration()),
      ...known,
    });
  });

  it('has no key where the key is empty', () => {
    expect(read(registration({ signingKey: '' })).signingKey).toBeUndefined();
  });

  it('needs no address where nothing is sent', () => {
    expect(read(registration({ url: undefined, delivery: 'pull' }))).toMatchObject({ delivery: 'pull' });
  });
});

describe('filters', () => {
  const evidence = {
    'payload.location.streetAddress1': '1 Main St',
    'payload.location.city': 'Tulsa',
    'payload.location.state': 'OK',
  };

  it.each([
    ['a list', [evidence, { type: 'GATE' }], [evidence, { type: 'GATE' }]],
    ['a single object', evidence, [evidence]],
    ['an empty list', [], []],
    [
      'every kind of scalar',
      [{ a: 's', b: 1.5, c: false, d: null }],
      [{ a: 's', b: 1.5, c: false, d: null }],
    ],
    ['an index or a name of JavaScript', [{ 'a.0.constructor': 1 }], [{ 'a.0.constructor': 1 }]],
    ['one that names no path, which holds always', [{}], []],
    ['an alternative that holds always beside others', [{ a: 1 }, {}], []],
  ])('may be %s', (_name, filters, wanted) => {
    expect(read(registration({ filters })).filters).toEqual(wanted);
  });

  it.each([
    ['a text', 'payload.a', ['/filters']],
    ['null', null, ['/filters']],
    ['a number in the list', [1], ['/filters/0']],
    ['an operator', [{ 'payload.a': { $gt: '' } }], ['/filters/0/payload.a']],
    ['an operator in a single object', { 'payload.a': { $gt: '' } }, ['/filters/payload.a']],
    ['a list as value', [{ a: [1] }, { b: [] }], ['/filters/0/a', '/filters/1/b']],
    ['a path with a blank', [{ 'a b': 1 }], ['/filters/0/a b']],
    ['a path with an operator', [{ $where: 'x' }], ['/filters/0/$where']],
    ['an empty path', [{ '': 1 }], ['/filters/0/']],
    ['an empty part', [{ 'a..b': 1 }], ['/filters/0/a..b']],
    ['a path of nine parts', [{ 'a.b.c.d.e.f.g.h.i': 1 }], ['/filters/0/a.b.c.d.e.f.g.h.i']],
    ['a path with a slash', [{ 'a/b~c': 1 }], ['/filters/0/a~1b~0c']],
    ['too many', Array(51).fill({ a: 1 }), ['/filters']],
  ])('may not be %s', (_name, filters, paths) => {
    expect(faults(registration({ filters }))).toEqual(paths);
  });

  it('say what a path is', () => {
    expect(parseWebhook(registration({ filters: [{ 'a b': 1 }] }))).toMatchObject({
      issues: [{ message: expect.stringContaining('dotted path') }],
    });
  });
});

describe('headers', () => {
  const named = (name: unknown, value: unknown = 'v') => registration({ webhookHeaders: [{ name, value }] });

  it.each(['X-API-Key', 'Authorization', 'x_custom', 'User-Agent'])('may be %s', (name) => {
    expect(read(named(name)).webhookHeaders).toEqual([{ name, value: 'v' }]);
  });

  it.each([
    'Host',
    'HOST',
    'Connection',
    'Keep-Alive',
    'TE',
    'Trailer',
    'Transfer-Encoding',
    'Upgrade',
    'Expect',
    'Proxy-Authorization',
    'Proxy-Connection',
    'Content-Type',
    'content-length',
    'Content-Encoding',
    'webhook-id',
    'Webhook-Signature',
    'webhook-timestamp',
    'X-Envase-Connect-Signature-256',
    'x-envase-connect-signature-256-previous',
  ])('are refused as %s, which is not theirs to set', (name) => {
    expect(faults(named(name))).toEqual(['/webhookHeaders/0/name']);
  });

  it.each([
    ['a name with a blank', 'X Key', 'v', '/webhookHeaders/0/name'],
    ['no name', '', 'v', '/webhookHeaders/0/name'],
    ['a name with a line break', 'X\r\nY', 'v', '/webhookHeaders/0/name'],
    ['a value with a line break', 'X-Key', 'v\r\nEvil: 1', '/webhookHeaders/0/value'],
    ['a value that is no ASCII', 'X-Key', 'é', '/webhookHeaders/0/value'],
    ['a value that is no text', 'X-Key', 7, '/webhookHeaders/0/value'],
    ['a long value', 'X-Key', 'v'.repeat(1025), '/webhookHeaders/0/value'],
  ])('are refused with %s', (_name, name, value, path) => {
    expect(faults(named(name, value))).toEqual([path]);
  });

  it('are at most twenty', () => {
    const webhookHeaders = Array(21).fill({ name: 'X-A', value: '' });
    expect(faults(registration({ webhookHeaders }))).toEqual(['/webhookHeaders']);
  });
});

describe('faults', () => {
  it.each([
    ['no object', ['a'], ['']],
    ['nothing at all', {}, ['/triggers', '/entityType', '/url']],
    ['no trigger', registration({ triggers: [] }), ['/triggers']],
    ['one trigger that is no list', registration({ triggers: 'TRACE_RESULT' }), ['/triggers']],
    ['triggers that are no words', registration({ triggers: ['A B', '**'] }), ['/triggers/0', '/triggers/1']],
    ['an unlike entity', registration({ eventType: 'GATE' }), ['/eventType']],
    ['no entity', registration({ entityType: undefined }), ['/entityType']],
    ['no address', registration({ url: undefined }), ['/url']],
    ['no address to push to', registration({ url: undefined, delivery: 'push' }), ['/url']],
    ['a service alone', registration({ svcId: 's' }), ['/orgId']],
    ['none in flight', registration({ maxInFlight: 0 }), ['/maxInFlight']],
    ['51 in flight', registration({ maxInFlight: 51 }), ['/maxInFlight']],
    ['half a delivery in flight', registration({ maxInFlight: 1.5 }), ['/maxInFlight']],
    ['a number as text', registration({ maxInFlight: '5' }), ['/maxInFlight']],
    ['another way of delivery', registration({ delivery: 'email' }), ['/delivery']],
    ['ordered as text', registration({ ordered: 'true' }), ['/ordered']],
    ['a long key', registration({ signingKey: 'k'.repeat(513) }), ['/signingKey']],
    ['a key that is no text', registration({ signingKey: 7 }), ['/signingKey']],
  ])('of %s are found', (_name, body, paths) => {
    expect(faults(body)).toEqual(paths);
  });

  it('are all listed, those of each property and those between them', () => {
    const body = {
      triggers: ['a b'],
      entityType: 'X',
      eventType: 'Y',
      svcId: 's',
      maxInFlight: 0,
      isTest: 1,
    };
    expect(faults(body)).toEqual(['/triggers/0', '/maxInFlight', '/isTest', '/eventType', '/orgId', '/url']);
  });
});
