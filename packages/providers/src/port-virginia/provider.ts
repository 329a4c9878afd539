import type { RealTimeProvider } from '../provider.ts';
import { connectPortVirginia } from './client.ts';
import { portVirginiaManifest } from './manifest.ts';
import { mapPortVirginia } from './map.ts';

export const portVirginia: RealTimeProvider = {
  manifest: portVirginiaManifest,
  connect: connectPortVirginia,
  map: mapPortVirginia,
};
