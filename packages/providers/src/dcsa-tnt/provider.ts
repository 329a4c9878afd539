import type { PublishNotifyProvider, RealTimeProvider } from '../provider.ts';
import { connectDcsaTnt } from './client.ts';
import { parseDcsaTnt, verifyDcsaTnt } from './hooks.ts';
import { dcsaTntManifest, dcsaTntSubscribedManifest } from './manifest.ts';
import { mapDcsaTnt } from './map.ts';
import { connectDcsaTntSubscribed } from './subscriptions.ts';

/** Subscribed to once per box, told of new events, looked up for what never came. */
const dcsaTntSubscribed: PublishNotifyProvider = {
  manifest: dcsaTntSubscribedManifest,
  connect: connectDcsaTntSubscribed,
  verify: verifyDcsaTnt,
  parse: parseDcsaTnt,
  map: mapDcsaTnt,
};

/** Polled, unless the carrier can call us. */
export const dcsaTnt: RealTimeProvider = {
  manifest: dcsaTntManifest,
  connect: connectDcsaTnt,
  map: mapDcsaTnt,
  subscribed: dcsaTntSubscribed,
};
