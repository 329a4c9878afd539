import { describe, expect, it } from 'vitest';
import { containerPublish, parsed } from '../test/bodies.ts';
import { type PublishRequest, parsePublish } from './publish.ts';

function read(body: unknown): PublishRequest {
  const answer = parsePublish(body);
  if (!answer.ok) throw new Error(JSON.stringify(answer.issues));
  return answer.request;
}

function faults(body: unknown): string[] {
  const answer = parsePublish(body);
  return answer.ok ? [] : answer.issues.map(({ path }) => path);
}

describe('the envelope', () => {
  it('is read as the provider page shows it', () => {
    expect(read(containerPublish())).toMatchObject({
      orgId: '3b42ff39-d731-43f6-a8a2-1b257f87469e',
      svcId: '7cd437c3-f25a-4e22-b221-47b6485f140d',
      type: 'CONTAINER',
      action: 'TRACE_REQUESTED',
      origin: 'connect-data',
      isTest: false,
    });
  });

  it.each([
    ['tmsId alone', { svcId: undefined, tmsId: 'tms' }, 'tms'],
    ['svcId and the same tmsId', { svcId: 'tms', tmsId: 'tms' }, 'tms'],
    ['a plain name', { svcId: 'ICTSI-INTEGRATION' }, 'ICTSI-INTEGRATION'],
    ['no service at all', { svcId: undefined }, null],
  ])('names the service by %s', (_name, envelope, svcId) => {
    expect(read(containerPublish({}, envelope)).svcId).toBe(svcId);
  });

  it.each([
    ['container', 'trace_requested'],
    ['Container', 'Trace_Requested'],
    ['CONTAINER', 'TRACE_REQUESTED'],
  ])('compares type and action without case: %s %s', (type, action) => {
    const request = read(containerPublish({}, { type, action }));
    expect(request).toMatchObject({ type: 'CONTAINER', action: 'TRACE_REQUESTED' });
    expect(request.order?.service).toBe('availability');
  });

  it('may leave out the organization', () => {
    expect(read(containerPublish({}, { orgId: undefined })).orgId).toBeNull();
  });

  it('ignores the origin, whatever it is, and unknown properties', () => {
    const request = read(containerPublish({}, { origin: 7, id: 'x', createdAt: null, extra: [1] }));
    expect(request.origin).toBe('connect-data');
  });

  it('takes isTest as a boolean only', () => {
    expect(read(containerPublish({}, { isTest: true })).isTest).toBe(true);
    expect(faults(containerPublish({}, { isTest: 'true' }))).toEqual(['/isTest']);
  });
});

// cspell:words securspace sourcesystem
describe('the dotted envelope', () => {
  const dotted = (type: string, more: object = {}) => ({ type, payload: { a: 1 }, ...more });

  it.each([
    ['securspace.gate.interchange', 'GATE', 'INTERCHANGE', 'securspace'],
    ['sourcesystem.gate.arrived', 'GATE', 'ARRIVED', 'sourcesystem'],
    ['securspace.gate.interchange_processed', 'GATE', 'INTERCHANGE_PROCESSED', 'securspace'],
  ])('splits %s', (type, entity, action, origin) => {
    expect(read(dotted(type))).toMatchObject({ type: entity, action, origin, orgId: null, svcId: null });
  });

  it('asks for a trace like the plain one, and may name organization and service', () => {
    const { payload } = containerPublish();
    const request = read({ type: 'mytms.container.trace_requested', payload, orgId: 'o', tmsId: 's' });
    expect(request).toMatchObject({ type: 'CONTAINER', action: 'TRACE_REQUESTED', orgId: 'o', svcId: 's' });
    expect(request.order?.items).toEqual([{ id: 'CONT-123456', normalizedId: 'CONT123456' }]);
  });

  it.each([
    ['a.b', '/type'],
    ['a.b.c.d', '/type'],
    ['.gate.arrived', '/type'],
    ['x..arrived', '/type'],
    ['x.gate.', '/type'],
    ['..', '/type'],
    ['x.ga te.arrived', '/type'],
    ['x.7gate.arrived', '/type'],
    ['GATE', '/action'],
  ])('is refused as %s', (type, path) => {
    expect(faults(dotted(type))).toEqual([path]);
  });

  it('stands alone: beside an action it is refused', () => {
    expect(faults(dotted('x.gate.arrived', { action: 'ARRIVED' }))).toEqual(['/type']);
  });

  it('shows an unknown action of the tracer where it was said', () => {
    expect(faults({ type: 'x.container.trace_nothing', payload: {} })).toEqual(['/type']);
  });
});

describe('faults', () => {
  it('are all listed, those of envelope, payload and spellings together', () => {
    const body = containerPublish(
      { providerId: 7, siteId: 'A', locationCode: 'B', containerNumber: 'OTHER', traceUntil: 1 },
      { orgId: 'with blank', svcId: 's', tmsId: 't', isTest: 1 },
    );
    expect(faults(body)).toEqual([
      '/orgId',
      '/isTest',
      '/tmsId',
      '/payload/providerId',
      '/payload/traceUntil',
      '/payload/locationCode',
      '/payload/containerNumber',
    ]);
  });

  it.each([
    ['null', null, ['']],
    ['a list', [], ['']],
    ['a text', 'x', ['']],
    ['nothing', {}, ['/type', '/payload']],
    ['types that are none', { type: 7, action: true, payload: {} }, ['/type', '/action']],
    ['words that are none', { type: 'GA TE', action: '1', payload: {} }, ['/type', '/action']],
    ['empty words', { type: '', action: '', payload: {} }, ['/type', '/action']],
    ['a payload that is a list', { type: 'GATE', action: 'X', payload: [] }, ['/payload']],
    ['a payload that is null', { type: 'GATE', action: 'X', payload: null }, ['/payload']],
    ['an unlike service', { type: 'GATE', action: 'X', payload: {}, svcId: 's', tmsId: 't' }, ['/tmsId']],
    ['a service with a blank', { type: 'GATE', action: 'X', payload: {}, tmsId: 'a b' }, ['/tmsId']],
    ['a long word', { type: 'G'.repeat(65), action: 'X', payload: {} }, ['/type']],
  ])('of %s are found', (_name, body, paths) => {
    expect(faults(body)).toEqual(paths);
  });
});

describe('the payload', () => {
  it('is the very value that was sent, unknown fields and all', () => {
    const body = containerPublish({ extra: { kept: [1, { deep: null }] }, 'a/b~c': '' });
    expect(read(body).payload).toBe(body.payload);
  });

  it('keeps keys that mean something to JavaScript, and its data is passed on as sent', () => {
    const body = parsed(
      '{"type":"CONTAINER","action":"TRACE_REQUESTED","payload":{"providerId":"apm","id":"A",' +
        '"__proto__":{"x":1},"constructor":2,"data":{"__proto__":{"y":1},"companyName":"C"}}}',
    ) as { payload: { data: object } };
    const request = read(body);
    expect(request.payload).toBe(body.payload);
    expect(request.order?.data).toBe(body.payload.data);
    expect(JSON.stringify(request.order?.data)).toBe('{"__proto__":{"y":1},"companyName":"C"}');
  });
});
