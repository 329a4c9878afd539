import type { RealTimeProvider } from '../provider.ts';
import { connectCn } from './client.ts';
import { cnManifest } from './manifest.ts';
import { mapCn } from './map.ts';

export const cn: RealTimeProvider = { manifest: cnManifest, connect: connectCn, map: mapCn };
