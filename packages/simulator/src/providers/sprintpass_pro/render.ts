import type { BoxState } from '../../journey/box-state.ts';
import { latestEstimate } from '../../journey/box-state.ts';
import type { Hold, Milestone } from '../../journey/script.ts';
import { addDays, localTime } from '../../zone.ts';
import { portOf } from './ports.ts';

/** `2026-06-03T04:00:00.0000000`, on the port's clock and without a zone. */
function at(ms: number | null | undefined, zone: string): string | null {
  if (ms === null || ms === undefined) return null;
  const { date, time } = localTime(ms, zone);
  return `${date}T${time}.${String(ms % 1_000).padStart(3, '0')}0000`;
}

function dayOf(ms: number | null | undefined, zone: string): string | null {
  return ms === null || ms === undefined ? null : localTime(ms, zone).date;
}

type Status = readonly [code: string, words: string];

function statusOf({ happened, available, inYard, owed }: BoxState): Status {
  if (happened.outgated !== undefined) return ['OA', 'Gate Out'];
  if (available) return ['AV', 'Ready'];
  if (inYard) return owed === '0.00' ? ['Y', 'In Yard'] : ['DN', 'Not Ready'];
  return happened.arrived === undefined ? ['AE', 'On Vessel'] : ['VA', 'Vessel Arrival'];
}

const events: Partial<Record<Milestone, Status>> = {
  announced: ['CNMAN', 'Manifested'],
  discharged: ['DISCH', 'Discharged'],
  appointment_made: ['APNMT', 'Pregate'],
  outgated: ['DPTRM', 'Departed Terminal'],
  empty_returned: ['EMTRC', 'Empty Received'],
};

function activityOf({ history, happened, facts }: BoxState, zone: string) {
  const known = history.flatMap(({ marks, at: ms }) =>
    marks.flatMap((mark) => {
      const event = events[mark];
      // A milestone that was withdrawn is no longer told.
      return event && happened[mark] === ms ? [{ event, ms }] : [];
    }),
  );
  const rows = known.map(({ event: [event_cd, event_desc], ms }, place) => ({
    seq_nbr: place + 1,
    event_cd,
    event_desc,
    event_dttm: at(ms, zone),
    facility_cd: 'FCLTA',
  }));
  return facts.outOfOrder ? rows.toReversed() : rows;
}

// `CUSTOMS/PQ` and `FREIGHT/FD` are the vendor's; that of agriculture is inferred.
const holdCodes: Record<Hold['kind'], readonly [type: string, reason: string]> = {
  customs: ['CUSTOMS', 'PQ'],
  freight: ['FREIGHT', 'FD'],
  usda: ['USDA', 'AG'],
};

/** Every hold there was, each standing or released. */
function holdsOf({ history, holds }: BoxState, zone: string) {
  const placed = history.flatMap((step) => step.placed.map((hold) => ({ hold, placedAt: step.at })));
  return placed.map(({ hold, placedAt }) => {
    const [type, reason] = holdCodes[hold.kind];
    const lifted = holds.includes(hold) ? null : history.findLast((step) => step.lifted.includes(hold));
    return {
      type,
      status: lifted ? 'RELEASED' : 'HOLD',
      status_dttm: at(lifted?.at ?? placedAt, zone),
      details: [
        {
          hold_dttm: at(placedAt, zone),
          holdreason_cd: reason,
          holdreason_desc: `Has a ${hold.text.toLowerCase()}`,
          release_dttm: at(lifted?.at, zone),
          reportedby: 'FCLTA',
        },
      ],
    };
  });
}

function appointmentOf({ appointmentAt, facts, happened }: BoxState, zone: string) {
  if (appointmentAt === null)
    return happened.outgated === undefined ? {} : { appointment_info: { reservation_status: 'COMPLETED' } };
  const [start, end] = [appointmentAt, appointmentAt + 3_600_000].map((ms) => localTime(ms, zone).time);
  const slot_info = { visit_dt: dayOf(appointmentAt, zone), visitstart_tm: start, visitend_tm: end };
  return {
    appointment_info: { reservation_status: 'CONFIRMED', ticket_nbr: facts.appointmentNumber, slot_info },
  };
}

function locationOf(state: BoxState, zone: string) {
  const { facts, happened } = state;
  return {
    port_cd: portOf(state.site).id,
    facility_cd: 'FCLTA',
    locationtype_cd: 'O',
    locationstatus_cd: 'ACT',
    locationinfo: {
      arrivalinfo: {
        carriertype_cd: 'VC',
        vesselinfo: {
          vessel_cd: facts.vesselName,
          voyage_nbr: facts.importVoyage,
          estarrival_dt: dayOf(latestEstimate(state, 'arrived'), zone),
          actarrival_dt: dayOf(happened.arrived, zone),
        },
      },
      departureinfo: appointmentOf(state, zone),
    },
  };
}

const allSections = ['unitinfo', 'unitstatusinfo', 'locations', 'holdinfo', 'lfdinfo', 'activity'];

/** A notification: all that is known of a box, or that it was not found. */
export function renderNotification(state: BoxState) {
  const { zone } = portOf(state.site);
  const about = { unit_nbr: state.number, trade_type: 'I', notification_type: [] };
  const began = { submitted_dttm: at(state.startAt, zone), initiated_dttm: at(state.startAt, zone) };
  if (!state.found)
    return {
      orchestration_request: { ...about, sections_updated: ['orchestration_status'] },
      orchestration_status: {
        status: 'ENDED',
        ...began,
        ended_dttm: at(state.now, zone),
        messages: [{ message_cd: '10009', message_txt: 'Unit not found', message_severity_cd: 'C' }],
      },
    };
  const [status_cd, status_desc] = statusOf(state);
  const last =
    state.freeDays === null ? null : addDays(localTime(state.freeDaysSetAt, zone).date, state.freeDays);
  return {
    orchestration_request: { ...about, sections_updated: allSections },
    orchestration_status: { status: 'ACTIVE', ...began, ended_dttm: null, messages: [] },
    unit_status: {
      unitinfo: {
        unit_nbr: state.number,
        unit_cat: 'CN',
        unittypeiso_cd: state.facts.isoCode,
        ownerline_scac: state.facts.lineScac,
      },
      unitstatusinfo: { status_cd, status_desc, unituse_cd: 'I', unituse_desc: 'IMPORT' },
      locations: [locationOf(state, zone)],
      holdinfo: holdsOf(state, zone),
      fee_receipts: [],
      lfdinfo: { good_through_date: null, last_free_day: last },
      activity: activityOf(state, zone),
    },
  };
}
