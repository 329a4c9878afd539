import { createTokenBucket, endpoint, type HandlerInput, type Reply, type Route } from '@envase/http';
import { AppError, asError, type Clock } from '@envase/runtime';
import { loginPageHeaders, renderLogin, renderLogout } from './login-page.ts';
import { isOwnPage } from './own-page.ts';
import type { SessionCookie } from './session-cookie.ts';
import type { Sessions } from './sessions.ts';

export interface LoginDeps {
  sessions: Sessions;
  cookie: SessionCookie;
  clock: Pick<Clock, 'now'>;
  boardPath: string;
  publicUrl?: string | undefined;
}

type Input = HandlerInput<null, undefined, undefined, undefined>;

const wrongTries = { limit: 10, windowMs: 60_000 };

/** `/login`, `/logout` and the way in. Ten wrong tries a minute per address. */
export function loginRoutes(deps: LoginDeps): Route[] {
  const { boardPath, clock } = deps;
  const tries = createTokenBucket({ ...wrongTries, clock });
  const open = { scope: null, accepts: 'any' } as const;
  const logIn = (input: Input) => answerLogin(input, { ...deps, tries });
  const logOut = (input: Input) => answerLogout(input, deps);
  return [
    { method: 'GET', path: '/', endpoint: endpoint({ ...open, handle: () => redirect(302, boardPath) }) },
    {
      method: 'GET',
      path: '/login',
      endpoint: endpoint({ ...open, handle: () => page(200, renderLogin()) }),
    },
    { method: 'POST', path: '/login', endpoint: endpoint({ ...open, handle: logIn }) },
    {
      method: 'GET',
      path: '/logout',
      endpoint: endpoint({ ...open, handle: () => page(200, renderLogout(boardPath)) }),
    },
    { method: 'POST', path: '/logout', endpoint: endpoint({ ...open, handle: logOut }) },
  ];
}

async function answerLogin(
  input: Input,
  deps: LoginDeps & { tries: ReturnType<typeof createTokenBucket> },
): Promise<Reply> {
  const { sessions, cookie, boardPath, publicUrl, tries } = deps;
  const { headers, address, logger } = input;
  if (!isOwnPage(headers, publicUrl)) return page(403, renderLogin('Log in from this page'));
  const { isAllowed, retryAfterSeconds } = tries.peek(address);
  if (!isAllowed) {
    const text = `Too many wrong tries. Try again in ${retryAfterSeconds} s`;
    return page(429, renderLogin(text), { 'Retry-After': String(retryAfterSeconds) });
  }
  const form = readForm(input);
  if (!sessions.admits(form.get('username') ?? '', form.get('password') ?? '')) {
    tries.take(address);
    logger.warn({ address }, 'A login was refused');
    return page(401, renderLogin('User name or password is wrong'));
  }
  try {
    const secret = await sessions.open();
    logger.info({ address }, 'An operator logged in');
    return redirect(303, boardPath, { 'Set-Cookie': cookie.give(secret) });
  } catch (error) {
    logger.error({ err: asError(error) }, 'A session could not be kept');
    return page(503, renderLogin('Redis does not answer, and the board cannot show anything without it'));
  }
}

async function answerLogout(
  { headers, logger, address }: Input,
  { sessions, cookie, publicUrl }: LoginDeps,
): Promise<Reply> {
  if (!isOwnPage(headers, publicUrl)) throw new AppError('forbidden', 'This was not sent by a page of ours');
  await sessions.close(cookie.read(headers.cookie));
  logger.info({ address }, 'An operator logged out');
  return redirect(303, '/login', { 'Set-Cookie': cookie.take() });
}

function readForm({ headers, rawBody }: Input): URLSearchParams {
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(headers['content-type'] ?? '')) {
    throw new AppError('unsupported_media_type', 'Send the form of the login page');
  }
  return new URLSearchParams(rawBody.toString('utf8'));
}

function page(status: number, body: string, headers: Record<string, string> = {}): Reply {
  return { status, body, headers: { ...loginPageHeaders, ...headers } };
}

function redirect(status: number, location: string, headers: Record<string, string> = {}): Reply {
  return { status, headers: { Location: location, ...headers } };
}
