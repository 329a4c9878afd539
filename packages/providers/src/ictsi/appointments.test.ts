import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findHookSource } from '../hook-sources.ts';
import { ProviderError } from '../provider.ts';
import { readAppointments } from './appointments.ts';
import appointments from './fixtures/appointment-details.json' with { type: 'json' };
import visits from './fixtures/truck-visit-appointments-details.json' with { type: 'json' };

const read = (body: unknown) => readAppointments(Buffer.from(JSON.stringify(body)));
const [appointment] = appointments;

const noTruck = {
  id: null,
  driverLicense: null,
  appointmentNumber: null,
  code: null,
  company: null,
  companyId: null,
  created: null,
  updated: null,
  cancelled: null,
  startDate: null,
  endDate: null,
  license: null,
};

describe('an appointment of ictsi', () => {
  it('is told with every documented field (evidence 8.4), times in UTC', () => {
    expect(read(appointments)).toEqual([
      {
        id: 'SYNT-REF-1',
        containerNumber: 'XTRU2000100',
        appointmentNumber: '2345',
        code: 'LATE',
        created: '2026-05-31T22:10:05.120Z',
        updated: '2026-06-01T10:30:00.000Z',
        cancelled: null,
        deliveryOrder: 'SYNT0001',
        startDate: '2026-06-01T08:00:00.000Z',
        endDate: '2026-06-01T10:00:00.000Z',
        requestedDate: '2026-06-01T08:00:00.000Z',
        gateId: 'SBITC_GATE',
        locationCode: 'SBITC',
        providerId: 'ictsi',
        referenceKey: 'ICTSI/PH/SBITC/15261',
        company: 'EXAMPLE TRUCKING',
        companyId: 'EXT',
        license: 'XYZ0001',
        truck: { ...noTruck, id: 'SYNT-REF-2', driverLicense: 'N01-00-000001' },
      },
    ]);
  });

  it('has empty texts where the pages have them, and null for all else that is not said', () => {
    const [told] = read([{ data: { detail: { state: 'CANCEL', cancel_date: '2026-06-01 08:00:00' } } }]);
    expect(told).toMatchObject({ id: '', containerNumber: '', code: 'CANCEL', company: null });
    // Without a zone it is the clock of the place.
    expect(told?.cancelled).toBe('2026-06-01T00:00:00.000Z');
  });
});

describe('a truck visit of ictsi', () => {
  it('is told with its event (evidence 8.5), once for each of its appointments', () => {
    const told = read(visits);
    expect(told).toHaveLength(2);
    expect(told[0]).toMatchObject({
      appointmentNumber: '2346',
      containerNumber: 'XTRU2000116',
      code: 'LATE',
      locationCode: 'SBITC',
      referenceKey: 'ICTSI/PH/SBITC/7002',
      gateId: 'SBITC_GATE',
      truck: {
        ...noTruck,
        appointmentNumber: '4001',
        code: 'LATE',
        company: 'EXAMPLE TRUCKING',
        companyId: 'EXT',
        created: '2026-05-31T10:00:00.000Z',
        updated: '2026-06-01T02:00:00.000Z',
        startDate: '2026-06-01T00:00:00.000Z',
        endDate: '2026-06-01T02:00:00.000Z',
        license: 'XYZ0001',
      },
      event: {
        type: 'TVAPPT_LATE',
        operatorId: 'ICTSI',
        locationCode: 'SBITC',
        description: [{ language: 'en', description: 'Truck visit appointment is late' }],
      },
    });
    expect(told[1]).toMatchObject({ containerNumber: 'XTRU2000121', referenceKey: 'ICTSI/PH/SBITC/7003' });
  });

  it('that names no appointment is told by itself', () => {
    const [visit] = visits;
    const { appointment: _none, ...detail } = visit?.data.detail ?? {};
    const told = read([{ ...visit, data: { ...visit?.data, detail } }]);
    expect(told).toMatchObject([{ appointmentNumber: '4001', referenceKey: 'ICTSI/PH/SBITC/7001' }]);
  });
});

describe('a body', () => {
  it('may be one object, and what is no appointment in it is left out', () => {
    expect(read(appointment)).toHaveLength(1);
    expect(read([null, { data: null }, appointment, 'text'])).toHaveLength(1);
  });

  it('that names none, or is no JSON, is a fault', () => {
    for (const body of ['', '{', '[]', '{"data":{"detail":{}}}', 'null'])
      expect(() => readAppointments(Buffer.from(body))).toThrow(ProviderError);
  });

  it('of any shape is told or a fault', () => {
    const detail = fc.dictionary(
      fc.constantFrom('state', 'ctr_id', 'appointment', 'created'),
      fc.jsonValue(),
    );
    const body = fc.oneof(
      fc.jsonValue(),
      fc.array(fc.record({ data: fc.record({ detail, event: fc.jsonValue() }) })),
    );
    fc.assert(
      fc.property(body, (json) => {
        try {
          for (const { created } of read(json)) expect(created === null || created.length === 24).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(ProviderError);
        }
      }),
    );
  });
});

describe('who sends it', () => {
  const verify = (key: string | undefined, secret = 'the-key') =>
    findHookSource('ICTSI')?.verify(
      { headers: key === undefined ? {} : { 'x-api-key': key }, body: Buffer.from('') },
      secret,
    );

  it('is known by its key alone', () => {
    expect(verify('the-key')).toBe(true);
    for (const key of [undefined, '', 'the-kez', 'the-key ', 'the']) expect(verify(key)).toBe(false);
    expect(verify('', '')).toBe(false);
  });
});
