import { describe, expect, it } from 'vitest';
import { bookingPublish, containerPublish } from '../test/bodies.ts';
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
