import type { RefusedStatus, WireAnswer } from '../provider.ts';

const words: Partial<Record<RefusedStatus, string>> = {
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
};

/** Two body shapes, or none; the code is a string at most operations and a number at gate receipts. */
export function bnsfError(status: RefusedStatus, path: string, message = words[status]): WireAnswer {
  if (status === 403) return { status, body: { message: 'Insufficient privileges' } };
  if (message === undefined) return { status, body: '' };
  const httpResponseCode = path === '/v1/j1-receipts' ? status : String(status);
  return { status, body: { httpErrors: [message], httpResponseCode } };
}
