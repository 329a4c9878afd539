import { createTokenBucket, endpoint, type Route } from '@envase/http';
import { AppError, type Clock } from '@envase/runtime';
import { sessionCookie } from './guard.ts';
import { renderLogin } from './login-page.ts';
import type { Sessions } from './sessions.ts';

const html = { 'Content-Type': 'text/html; charset=utf-8' };
const pagePolicy = {
  'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
};
const cookieFlags = 'HttpOnly; SameSite=Strict; Path=/';

/** `/login`, `/logout` and the way in. Ten tries a minute per address. */
export function loginRoutes(deps: { sessions: Sessions; clock: Clock; boardPath: string }): Route[] {
  const { sessions, clock, boardPath } = deps;
  const limit = createTokenBucket({ limit: 10, windowMs: 60_000, clock });
  const page = (status: number, message?: string) => ({
    status,
    body: renderLogin(message),
    headers: { ...html, ...pagePolicy },
  });
  return [
    {
      method: 'GET',
      path: '/',
      endpoint: endpoint({ scope: null, handle: () => ({ status: 302, headers: { Location: boardPath } }) }),
    },
    {
      method: 'GET',
      path: '/login',
      endpoint: endpoint({ scope: null, handle: () => page(200) }),
    },
    {
      method: 'POST',
      path: '/login',
      endpoint: endpoint({
        scope: null,
        accepts: 'any',
        limit,
        handle: ({ rawBody, headers }) => {
          const type = headers['content-type'] ?? '';
          if (!type.startsWith('application/x-www-form-urlencoded')) {
            throw new AppError('unsupported_media_type', 'Send the form');
          }
          const form = new URLSearchParams(rawBody.toString('utf8'));
          const session = sessions.open(form.get('username') ?? '', form.get('password') ?? '');
          if (session === null) return page(401, 'User name or password is wrong');
          const cookie = `${sessionCookie}=${session}; ${cookieFlags}`;
          return { status: 303, headers: { Location: boardPath, 'Set-Cookie': cookie } };
        },
      }),
    },
    {
      method: 'POST',
      path: '/logout',
      endpoint: endpoint({
        scope: null,
        accepts: 'any',
        handle: () => ({
          status: 303,
          headers: { Location: '/login', 'Set-Cookie': `${sessionCookie}=; Max-Age=0; ${cookieFlags}` },
        }),
      }),
    },
  ];
}
