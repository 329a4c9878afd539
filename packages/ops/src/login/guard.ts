import type { AppMiddleware } from '@envase/http';
import { renderLogin } from './login-page.ts';
import type { Sessions } from './sessions.ts';

export const sessionCookie = 'envase_ops';

/** What a page of the board may load; its styles are inline, its scripts are not. */
const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'";

/**
 * Lets nobody to anything under `basePath` without a session (quality S8): 401 with the login page. Requests that change something
 * must come from our own pages (`Sec-Fetch-Site`, else `Origin`), beside the cookie's `SameSite=Strict`.
 */
export function createGuard(options: {
  basePath: string;
  sessions: Sessions;
  isWritable: boolean;
}): AppMiddleware {
  const { basePath, sessions, isWritable } = options;
  return async (ctx, next) => {
    if (ctx.path !== basePath && !ctx.path.startsWith(`${basePath}/`)) return next();
    ctx.set('Content-Security-Policy', pagePolicy);
    if (!sessions.isOpen(ctx.cookies.get(sessionCookie))) {
      ctx.status = 401;
      ctx.type = 'html';
      ctx.body = renderLogin();
      return;
    }
    const isReading = ctx.method === 'GET' || ctx.method === 'HEAD';
    if (!isReading && (!isWritable || !isOwnPage(ctx.get('sec-fetch-site'), ctx.get('origin'), ctx.host))) {
      ctx.status = 403;
      ctx.body = { code: 'forbidden', message: isWritable ? 'Not from this page' : 'The board is read-only' };
      return;
    }
    return next();
  };
}

function isOwnPage(fetchSite: string, origin: string, host: string): boolean {
  if (fetchSite !== '') return fetchSite === 'same-origin';
  return URL.parse(origin)?.host === host;
}
