import type { PublishRetrieveProvider } from '../provider.ts';
import { connectSprintpass } from './client.ts';
import { emodalManifest, sprintpassProManifest } from './manifest.ts';
import { createSprintpassMap } from './map.ts';
import { orchestrations, serviceOrders } from './orders.ts';

/** Published once, its notifications retrieved from a queue. */
export const sprintpassPro: PublishRetrieveProvider = {
  manifest: sprintpassProManifest,
  connect: (connection) => connectSprintpass(orchestrations, connection),
  map: createSprintpassMap(sprintpassProManifest),
};

/** The same vendor's older interface: other orders, the same notifications. */
export const emodal: PublishRetrieveProvider = {
  manifest: emodalManifest,
  connect: (connection) => connectSprintpass(serviceOrders, connection),
  map: createSprintpassMap(emodalManifest),
};
