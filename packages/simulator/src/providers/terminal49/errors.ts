import type { RefusedStatus, WireAnswer } from '../provider.ts';

const type = { 'content-type': 'application/vnd.api+json; charset=utf-8' };

const titles: Record<RefusedStatus, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** A document of JSON:API. */
export function answer(status: number, body: unknown): WireAnswer {
  return { status, headers: type, body };
}

export function refuse(status: RefusedStatus): WireAnswer {
  const { body, headers } = answer(status, {
    errors: [{ status: String(status), title: titles[status], detail: titles[status], code: null }],
  });
  return { status, headers: { ...headers, ...(status === 429 && { 'retry-after': '30' }) }, body };
}

/** What the vendor cannot process, with the member that is at fault. */
export function unprocessable(title: string, pointer: string): WireAnswer {
  return answer(422, { errors: [{ status: '422', title, detail: title, code: null, source: { pointer } }] });
}
