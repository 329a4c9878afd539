import type { PublishNotifyProvider, RequestDelayedProvider } from '../provider.ts';
import { connectTerminal49 } from './client.ts';
import { parseTerminal49, verifyTerminal49 } from './hooks.ts';
import { terminal49Manifest, terminal49PollManifest } from './manifest.ts';
import { mapTerminal49 } from './map.ts';

/** Ordered once, told by notifications, looked up for what never came. */
export const terminal49: PublishNotifyProvider = {
  manifest: terminal49Manifest,
  connect: connectTerminal49,
  verify: verifyTerminal49,
  parse: parseTerminal49,
  map: mapTerminal49,
};

/** Ordered for every trace and collected later. */
export const terminal49Poll: RequestDelayedProvider = {
  manifest: terminal49PollManifest,
  connect(connection) {
    const { subscribe, look, close } = connectTerminal49(connection);
    return { request: subscribe, collect: look, close };
  },
  map: mapTerminal49,
};
