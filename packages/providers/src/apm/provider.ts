import type { RealTimeProvider } from '../provider.ts';
import { connectApm } from './client.ts';
import { apmManifest } from './manifest.ts';
import { mapApm } from './map.ts';

export const apm: RealTimeProvider = { manifest: apmManifest, connect: connectApm, map: mapApm };
