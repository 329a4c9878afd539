export interface ApiAnswer {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed body; null where it is not a JSON object. */
  body: Record<string, unknown>;
}

export interface SendOptions {
  body?: unknown;
  /** Instead of `body`, as it stands. */
  text?: string;
  headers?: Record<string, string>;
}

export interface ApiClient {
  clientId: string;
  token: string;
  send(method: string, path: string, options?: SendOptions): Promise<ApiAnswer>;
  get(path: string): Promise<ApiAnswer>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<ApiAnswer>;
  put(path: string, body: unknown): Promise<ApiAnswer>;
  patch(path: string, body: unknown): Promise<ApiAnswer>;
  delete(path: string): Promise<ApiAnswer>;
}

/** Sends requests as one client and keeps every answer's text. */
export function createApiClient(of: {
  url: string;
  clientId: string;
  token: string;
  answers: string[];
}): ApiClient {
  const { url, clientId, token, answers } = of;
  const send: ApiClient['send'] = async (method, path, { body, text, headers } = {}) => {
    const content = text ?? (body === undefined ? undefined : JSON.stringify(body));
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(content === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(content === undefined ? {} : { body: content }),
    });
    const answered = await answer.text();
    answers.push(`${JSON.stringify([...answer.headers])} ${answered}`);
    return { status: answer.status, headers: answer.headers, text: answered, body: parse(answered) };
  };
  return {
    clientId,
    token,
    send,
    get: (path) => send('GET', path),
    post: (path, body, headers = {}) => send('POST', path, { body, headers }),
    put: (path, body) => send('PUT', path, { body }),
    patch: (path, body) => send('PATCH', path, { body }),
    delete: (path) => send('DELETE', path),
  };
}

function parse(text: string): Record<string, unknown> {
  // Tests look into whatever came back; what is no object has nothing to look into.
  return text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {};
}
