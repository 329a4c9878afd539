import type { PublishRetrieveProvider } from '../provider.ts';
import { connectVizion } from './client.ts';
import { vizionManifest } from './manifest.ts';
import { mapVizion } from './map.ts';

/** Published once, its updates retrieved in turn. */
export const vizion: PublishRetrieveProvider = {
  manifest: vizionManifest,
  connect: connectVizion,
  map: mapVizion,
};
