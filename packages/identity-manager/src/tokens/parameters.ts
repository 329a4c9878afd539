import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import { OAuthError } from '../oauth-error.ts';

/** A query as the router hands it over: a name that stands twice has a list. */
export const rawQuery = z.record(z.string(), z.union([z.string(), z.array(z.string())]));
export type RawQuery = z.output<typeof rawQuery>;

const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(?:;|$)/i;
// RFC 6749 s2.3.1: credentials and tokens must not stand in a URL, which ends up in logs.
const NEVER_IN_QUERY = ['client_secret', 'token'];

/**
 * The parameters of an OAuth request, from the form body or the query (contract s1). A parameter without a value counts as left out
 * (RFC 6749 s3.1). Throws `invalid_request` for a name that stands twice, a secret in the query, and a body that is no form.
 */
export function readParameters(request: {
  query: RawQuery;
  rawBody: Buffer;
  contentType: string | undefined;
}): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const [name, value] of [...readQuery(request.query), ...readForm(request)]) {
    if (parameters.has(name)) throw new OAuthError('invalid_request', 'A parameter stands twice');
    parameters.set(name, value);
  }
  for (const [name, value] of parameters) if (value === '') parameters.delete(name);
  return parameters;
}

function readQuery(query: RawQuery): [string, string][] {
  for (const name of NEVER_IN_QUERY) {
    if (Object.hasOwn(query, name)) {
      throw new OAuthError('invalid_request', `Send ${name} in the body, never in the URL`);
    }
  }
  return Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((one): [string, string] => [name, one]),
  );
}

function readForm(request: { rawBody: Buffer; contentType: string | undefined }): [string, string][] {
  const { rawBody, contentType } = request;
  const isForm = FORM_TYPE.test(contentType ?? '');
  if (contentType !== undefined && !isForm) {
    throw new OAuthError('invalid_request', 'Send the body as application/x-www-form-urlencoded');
  }
  if (rawBody.length === 0) return [];
  if (!isForm || !isUtf8(rawBody)) {
    throw new OAuthError('invalid_request', 'The body is not a form in UTF-8');
  }
  return [...new URLSearchParams(rawBody.toString('utf8'))];
}
