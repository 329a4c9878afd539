import type { RealTimeProvider } from '../provider.ts';
import { connectTrapac } from './client.ts';
import { trapacManifest } from './manifest.ts';
import { mapTrapac } from './map.ts';

export const trapac: RealTimeProvider = {
  manifest: trapacManifest,
  connect: connectTrapac,
  map: mapTrapac,
};
