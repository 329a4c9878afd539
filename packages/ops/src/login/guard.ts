import type { AppMiddleware } from '@envase/http';
import { AppError } from '@envase/runtime';
import { loginPageHeaders, renderLogin } from './login-page.ts';
import { isOwnPage } from './own-page.ts';
import type { SessionCookie } from './session-cookie.ts';
import type { Sessions } from './sessions.ts';

/** What a page of the board may load: from here only. Its styles are partly inline, its scripts are not. */
const boardHeaders = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'",
  'Referrer-Policy': 'same-origin',
} as const;

/** The contract's error, and `error`, which makes the board's page show both texts. */
const sessionEnded = {
  code: 'unauthorized',
  error: 'The session has ended',
  message: 'Reload the page to log in again',
} as const;

export interface GuardOptions {
  /** Everything at this path and below it is guarded. */
  basePath: string;
  sessions: Sessions;
  cookie: SessionCookie;
  publicUrl?: string | undefined;
  /** What is guarded: it runs through this guard or not at all. */
  inside: AppMiddleware;
}

/**
 * Lets nobody to anything inside without a session (quality S8): 401, as the login page or, for the board's own calls, as JSON.
 * What changes something must come from our own pages, beside the cookie's `SameSite=Strict`: 403 otherwise.
 */
export function createGuard(options: GuardOptions): AppMiddleware {
  const { basePath, sessions, cookie, publicUrl, inside } = options;
  return async (ctx, next) => {
    if (ctx.path !== basePath && !ctx.path.startsWith(`${basePath}/`)) return next();
    // For the log: the paths themselves hold ids of jobs.
    ctx.state.route = `${basePath}/*`;
    if (!(await sessions.isOpen(cookie.read(ctx.headers.cookie)))) {
      ctx.status = 401;
      if (ctx.path.startsWith(`${basePath}/api/`))
        ctx.body = { ...sessionEnded, requestId: ctx.state.requestId };
      else {
        ctx.body = renderLogin();
        ctx.set(loginPageHeaders);
      }
      return;
    }
    const isReading = ctx.method === 'GET' || ctx.method === 'HEAD';
    if (!isReading && !isOwnPage(ctx.headers, publicUrl)) {
      throw new AppError('forbidden', 'This was not sent by a page of the board');
    }
    ctx.set(boardHeaders);
    await inside(ctx, next);
  };
}
