import { type CoverageRow, describeCoverage } from '../conformance/coverage.ts';
import { observedAt } from '../conformance/index.ts';
import { mapDcsaTnt } from './map.ts';

const context = {
  service: 'availability',
  number: 'XTRU1000018',
  siteId: 'USLAX',
  zone: null,
  observedAt,
} as const;
const noPlace = 'a result has no place for it';
const at = '2026-06-02T07:10:00-07:00';

const mapOne =
  (common: object, others: readonly object[] = []) =>
  (members: Readonly<Record<string, unknown>>) =>
    mapDcsaTnt({ events: [...others, { ...common, ...members }] }, context);

const paper = { eventType: 'SHIPMENT', eventClassifierCode: 'ACT', eventDateTime: at };
const customs = { documentTypeCode: 'CUS' };
const quietPapers = 'RECE DRFT PENA PENU PENC CONF REJE APPR ISSU SURR SUBM VOID REQS CMPL CANC'.split(' ');
const documents = 'CBR BKG SHI SRM TRD ARN VGM CAS DGD OOG'.split(' ');

describeCoverage('dcsa shipment events', {
  documented: [
    ...['HOLD', 'RELS', ...quietPapers].map((code) => `shipmentEventTypeCode=${code}`),
    ...['CUS', ...documents].map((code) => `documentTypeCode=${code}`),
    'eventTypeCode=HOLD',
    'shipmentInformationTypeCode',
    'documentID',
    'reason',
  ],
  rows: [
    {
      field: 'shipmentEventTypeCode=HOLD',
      value: 'HOLD',
      beside: customs,
      becomes: { holds: [{ type: 'customs' }] },
    },
    { field: 'shipmentEventTypeCode=RELS', value: 'RELS', beside: customs, becomes: { holds: [] } },
    ...quietPapers.map(
      (value): CoverageRow => ({
        field: `shipmentEventTypeCode=${value}`,
        value,
        beside: customs,
        becomes: { found: true, milestones: [], holds: null, unknownCodes: [] },
      }),
    ),
    {
      field: 'documentTypeCode=CUS',
      value: 'CUS',
      beside: { shipmentEventTypeCode: 'HOLD' },
      becomes: { holds: [{ type: 'customs' }] },
    },
    // A release of another document says nothing of the holds that stand, and a release by kind has no place.
    ...documents.flatMap((value): CoverageRow[] => [
      {
        field: `documentTypeCode=${value}`,
        value,
        beside: { shipmentEventTypeCode: 'RELS' },
        becomes: { holds: null },
      },
    ]),
    {
      field: 'eventTypeCode=HOLD',
      value: 'HOLD',
      beside: customs,
      becomes: { holds: [{ type: 'customs' }] },
    },
    {
      field: 'shipmentInformationTypeCode',
      value: 'CUS',
      beside: { shipmentEventTypeCode: 'HOLD' },
      becomes: { holds: [{ type: 'customs' }] },
    },
    { field: 'documentID', value: 'D1', beside: { shipmentEventTypeCode: 'ISSU' }, unused: noPlace },
    {
      field: 'reason',
      value: 'inspection',
      beside: { shipmentEventTypeCode: 'HOLD', ...customs },
      becomes: { holds: [{ description: 'inspection' }] },
    },
  ],
  map: mapOne(paper),
});
