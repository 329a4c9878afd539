import type { RealTimeProvider } from '../provider.ts';
import { connectBnsf } from './client.ts';
import { bnsfManifest } from './manifest.ts';
import { mapBnsf } from './map.ts';

export const bnsf: RealTimeProvider = { manifest: bnsfManifest, connect: connectBnsf, map: mapBnsf };
