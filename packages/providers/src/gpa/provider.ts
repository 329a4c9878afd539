import type { RequestDelayedProvider } from '../provider.ts';
import { connectGpa } from './client.ts';
import { gpaManifest } from './manifest.ts';
import { mapGpa } from './map.ts';

/** Asked by a file for every trace, answered by another half an hour later. */
export const gpa: RequestDelayedProvider = { manifest: gpaManifest, connect: connectGpa, map: mapGpa };
