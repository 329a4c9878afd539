import type { Logger } from '@envase/runtime';

/** What the middlewares of one request tell each other. */
export interface AppState {
  requestId: string;
  logger: Logger;
  /** Pattern of the route that answered. */
  route?: string;
  clientId?: string;
}
