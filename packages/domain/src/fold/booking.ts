import type { BookingFacts } from '../observation.ts';

/** A booking of which nothing is known. */
export const noBooking: BookingFacts = {
  locationCode: null,
  steamshipLine: null,
  vessel: null,
  vesselNumber: null,
  voyage: null,
  earliestLoading: null,
  arrived: null,
  etd: null,
  eta: null,
  departed: null,
  cutoff: null,
  reeferCutoff: null,
  oogCutoff: null,
  hazmatCutoff: null,
  hazmat: null,
  reefer: null,
  oogAllowed: null,
  totalContainers: null,
  loadedContainers: null,
  emptyContainers: null,
  bookingDetails: [],
};

/** Booking facts after one more observation; what is not said stays. Nothing at all where no booking was ever spoken of. */
export function mergeBooking(
  known: BookingFacts | undefined,
  said: Partial<BookingFacts> | undefined,
): { booking?: BookingFacts } {
  if (!said) return known ? { booking: known } : {};
  const isSaid = ([, value]: [string, unknown]) => value !== null && value !== undefined;
  const news = Object.fromEntries(Object.entries(said).filter(isSaid));
  return { booking: { ...noBooking, ...known, ...news } };
}
