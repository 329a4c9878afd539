import { describe, expect, it } from 'vitest';
import { bookingPublish, containerPublish, parsed } from '../test/bodies.ts';
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

const without = (payload: Record<string, unknown>) => ({
  siteId: undefined,
  containers: undefined,
  data: undefined,
  ...payload,
});

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

describe('what is asked', () => {
  it.each([
    ['CONTAINER', 'TRACE_REQUESTED', 'trace', 'availability'],
    ['CONTAINER', 'TRACE_EXPORT_REQUESTED', 'trace', 'export'],
    ['CONTAINER', 'TRACE_EMPTY_REQUESTED', 'trace', 'empty'],
    ['CONTAINER', 'TRACE_STOP_REQUESTED', 'stop', null],
    ['CONTAINER', 'TRACE_RESUME_REQUESTED', 'resume', null],
    ['BOOKING', 'TRACE_REQUESTED', 'trace', 'booking'],
    ['BOOKING', 'TRACE_STOP_REQUESTED', 'stop', 'booking'],
    ['BOOKING', 'TRACE_RESUME_REQUESTED', 'resume', 'booking'],
  ])('%s %s is %s of %s', (type, action, verb, service) => {
    const request = read({ type, action, payload: { providerId: 'apm', id: 'X1' } });
    expect(request.order).toMatchObject({ type, verb, service, items: [{ id: 'X1' }] });
  });

  it.each([
    ['GATE', 'INTERCHANGE_PROCESSED'],
    ['APPOINTMENT', 'TRACE_RESULT'],
    ['CONTAINER', 'GATE_IN'],
    ['CONSTRUCTOR', 'TRACE_REQUESTED'],
    ['HASOWNPROPERTY', 'X'],
    ['TOSTRING', 'TOSTRING'],
  ])('%s %s passes through', (type, action) => {
    const payload = { anything: [{ goes: null }], providerId: 7 };
    expect(read({ type, action, payload })).toMatchObject({ type, action, order: null, payload });
  });

  it.each([
    ['CONTAINER', 'TRACE_RESULT'],
    ['CONTAINER', 'TRACE_STOPPED'],
    ['CONTAINER', 'trace_nothing'],
    ['BOOKING', 'TRACE_EXPORT_REQUESTED'],
    ['BOOKING', 'TRACE_'],
  ])('%s %s is no action of the tracer', (type, action) => {
    expect(faults({ type, action, payload: { providerId: 'apm', id: 'X1' } })).toEqual(['/action']);
  });

  it('names the actions that are known', () => {
    const answer = parsePublish({ type: 'BOOKING', action: 'TRACE_X', payload: {} });
    expect(answer).toMatchObject({ issues: [{ message: expect.stringContaining('TRACE_STOP_REQUESTED') }] });
  });
});

describe('the container payload', () => {
  it.each([
    ['containers[]', { containers: [{ id: 'A' }, { id: 'B', normalizedId: 'B' }] }, ['A', 'B']],
    ['containerNumber', { containerNumber: 'A' }, ['A']],
    ['id', { id: 'A' }, ['A']],
    ['all three, equal', { containers: [{ id: 'A' }], containerNumber: 'A', id: 'A' }, ['A']],
    ['number and id, equal', { containerNumber: 'A', id: 'A' }, ['A']],
  ])('names the boxes by %s', (_name, boxes, ids) => {
    expect(read(containerPublish(without(boxes))).order?.items.map(({ id }) => id)).toEqual(ids);
  });

  it.each([
    ['list and number', { containers: [{ id: 'A' }], containerNumber: 'B' }, ['/payload/containerNumber']],
    ['list and id', { containers: [{ id: 'A' }], id: 'B' }, ['/payload/id']],
    ['number and id', { containerNumber: 'A', id: 'B' }, ['/payload/id']],
    ['a longer list and id', { containers: [{ id: 'A' }, { id: 'B' }], id: 'A' }, ['/payload/id']],
    [
      'list, number and id',
      { containers: [{ id: 'A' }], containerNumber: 'B', id: 'C' },
      ['/payload/containerNumber', '/payload/id'],
    ],
  ])('refuses unlike spellings: %s', (_name, boxes, paths) => {
    expect(faults(containerPublish(without(boxes)))).toEqual(paths);
  });

  it.each([
    ['siteId', { siteId: 'USLAX' }, 'USLAX'],
    ['locationCode', { locationCode: 'USLAX' }, 'USLAX'],
    ['both, equal', { siteId: 'USLAX', locationCode: 'USLAX' }, 'USLAX'],
    ['an empty siteId', { siteId: '' }, ''],
    ['nothing', {}, ''],
    ['a siteId in blanks', { siteId: ' USLAX ' }, 'USLAX'],
  ])('names the site by %s', (_name, site, siteId) => {
    expect(read(containerPublish(without({ id: 'A', ...site }))).order?.siteId).toBe(siteId);
  });

  it('refuses sites that differ', () => {
    expect(faults(containerPublish({ siteId: 'A', locationCode: 'B' }))).toEqual(['/payload/locationCode']);
  });

  it('carries what else is known', () => {
    const known = {
      strictNumbers: true,
      traceUntil: 'empty_returned',
      replaces: 'h1',
      steamshipLine: 'MAEU',
      billOfLading: 'MAEU123',
      reference: 'load 7',
    };
    expect(read(containerPublish(known)).order).toMatchObject({ ...known, providerId: 'gpa' });
  });

  it('has a value for all that is not sent', () => {
    expect(read(containerPublish(without({ id: 'A' }))).order).toEqual({
      verb: 'trace',
      service: 'availability',
      type: 'CONTAINER',
      providerId: 'gpa',
      siteId: '',
      items: [{ id: 'A' }],
      strictNumbers: false,
      traceUntil: 'outgated',
      replaces: null,
      data: null,
      steamshipLine: null,
      billOfLading: null,
      reference: null,
    });
  });

  it.each([
    ['no provider', { providerId: undefined }, ['/payload/providerId']],
    ['an empty provider', { providerId: '' }, ['/payload/providerId']],
    ['no box', { containers: undefined }, ['/payload/containers']],
    ['an empty list', { containers: [] }, ['/payload/containers']],
    ['a list that is none', { containers: 'A' }, ['/payload/containers']],
    ['an item without id', { containers: [{ id: 'A' }, {}] }, ['/payload/containers/1/id']],
    ['an item that is none', { containers: ['A'] }, ['/payload/containers/0']],
    ['a number as id', { containers: undefined, id: 7 }, ['/payload/id']],
    [
      'a claim that is no text',
      { containers: [{ id: 'A', normalizedId: 7 }] },
      ['/payload/containers/0/normalizedId'],
    ],
    ['strictNumbers as text', { strictNumbers: 'yes' }, ['/payload/strictNumbers']],
    ['an unknown traceUntil', { traceUntil: 'forever' }, ['/payload/traceUntil']],
    ['data that is no object', { data: 'x' }, ['/payload/data']],
    ['replaces as a list', { replaces: ['h1'] }, ['/payload/replaces']],
    ['a null site', { siteId: null }, ['/payload/siteId']],
    ['1,001 boxes', { containers: Array(1001).fill({ id: 'A' }) }, ['/payload/containers']],
  ])('refuses %s', (_name, payload, paths) => {
    expect(faults(containerPublish(payload))).toEqual(paths);
  });

  it('takes 1,000 boxes', () => {
    const containers = Array.from({ length: 1000 }, (_, n) => ({ id: `A${n}` }));
    expect(read(containerPublish({ containers })).order?.items).toHaveLength(1000);
  });

  it('does not know the words of a booking', () => {
    expect(faults(containerPublish(without({ bookingNumber: 'B1' })))).toEqual(['/payload/containers']);
  });
});

describe('the booking payload', () => {
  it.each([
    ['bookings[]', { bookings: [{ id: 'B1' }, { id: 'B2' }] }, ['B1', 'B2']],
    ['bookingNumber', { bookingNumber: 'B1' }, ['B1']],
    ['id', { id: 'B1' }, ['B1']],
    ['all three, equal', { bookings: [{ id: 'B1' }], bookingNumber: 'B1', id: 'B1' }, ['B1']],
  ])('names the bookings by %s', (_name, payload, ids) => {
    const { order } = read(bookingPublish({ ...payload, locationCode: 'USLAX' }));
    expect(order).toMatchObject({ type: 'BOOKING', service: 'booking', siteId: 'USLAX' });
    expect(order?.items.map(({ id }) => id)).toEqual(ids);
  });

  it.each([
    ['unlike spellings', { bookings: [{ id: 'B1' }], bookingNumber: 'B2' }, ['/payload/bookingNumber']],
    ['no booking', { containers: [{ id: 'B1' }] }, ['/payload/bookings']],
  ])('refuses %s', (_name, payload, paths) => {
    expect(faults(bookingPublish(payload))).toEqual(paths);
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
