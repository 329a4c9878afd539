export interface Credentials {
  id: string;
  secret: string;
}

export interface OAuthAnswer {
  status: number;
  headers: Headers;
  // Tests look into whatever came back.
  body: Record<string, unknown>;
}

export function basic({ id, secret }: Credentials): string {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
}

/** POSTs a form, with Basic authentication where credentials are given. */
export async function postForm(
  url: string,
  form: string | Record<string, string>,
  options: { as?: Credentials; headers?: Record<string, string> } = {},
): Promise<OAuthAnswer> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(options.as ? { authorization: basic(options.as) } : {}),
      ...options.headers,
    },
    body: typeof form === 'string' ? form : new URLSearchParams(form).toString(),
  });
  return read(answer);
}

/** A request with JSON and a bearer token. */
export async function callAdmin(
  url: string,
  options: { token?: string; method?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<OAuthAnswer> {
  const { token, method = 'GET', body, headers } = options;
  const answer = await fetch(url, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return read(answer);
}

async function read(answer: Response): Promise<OAuthAnswer> {
  const text = await answer.text();
  // The cast: every answer of these routes is an object or empty.
  const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
  return { status: answer.status, headers: answer.headers, body };
}

/** The access token, or an error that says what came instead. */
export async function fetchToken(baseUrl: string, as: Credentials, scope?: string): Promise<string> {
  const form = { grant_type: 'client_credentials', ...(scope === undefined ? {} : { scope }) };
  const { status, body } = await postForm(`${baseUrl}/oauth2/token`, form, { as });
  if (typeof body.access_token !== 'string') throw new Error(`No token: ${status} ${JSON.stringify(body)}`);
  return body.access_token;
}
