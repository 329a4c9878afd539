import type { Logger } from '@envase/runtime';
import type { Middleware } from 'koa';

/** What the middlewares of one request tell each other. */
export interface AppState {
  requestId: string;
  logger: Logger;
  /** Pattern of the route that answered. */
  route?: string;
  clientId?: string;
}

/** A Koa middleware of this frame, for what is mounted beside the routers. */
export type AppMiddleware = Middleware<AppState>;
