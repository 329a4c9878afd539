import { dcsaEventCodes } from '@envase/domain';

/** Codes of the standard that tell nothing we show (wire formats, section 20): known, so not reported as drift. */
export const quietEquipment: ReadonlySet<string> = new Set(['STUF', 'STRP', 'PICK', 'INSP', 'RSEA', 'RMVD']);

export const shipmentCodes: ReadonlySet<string> = new Set(dcsaEventCodes.SHIPMENT);
