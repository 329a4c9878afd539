import type { RealTimeProvider } from '../provider.ts';
import { connectDcsaTnt } from './client.ts';
import { dcsaTntManifest } from './manifest.ts';
import { mapDcsaTnt } from './map.ts';

export const dcsaTnt: RealTimeProvider = {
  manifest: dcsaTntManifest,
  connect: connectDcsaTnt,
  map: mapDcsaTnt,
};
