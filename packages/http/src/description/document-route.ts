import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import type { Route } from '../router.ts';

// Fresh for five minutes; after that the tag says whether it has changed.
const cached = { 'Cache-Control': 'public, max-age=300' };

/** Serves a document to everybody, with an `ETag`; it is made at the first request. */
export function documentRoute(
  path: string,
  { make, ...said }: { operationId: string; summary: string; make: () => object },
): Route {
  let made: { json: string; etag: string } | undefined;
  const read = () => {
    made ??= tag(JSON.stringify(make()));
    return made;
  };
  return {
    method: 'GET',
    path,
    endpoint: endpoint({
      scope: null,
      ...said,
      answers: { 200: z.looseObject({}), 304: z.undefined() },
      handle: (input) => {
        const { json, etag } = read();
        const headers = { ...cached, ETag: etag };
        return isKnown(input.headers, etag)
          ? { status: 304, headers }
          : { status: 200, body: { json }, headers };
      },
    }),
  };
}

function tag(json: string) {
  return { json, etag: `"${createHash('sha256').update(json).digest('base64url')}"` };
}

/** RFC 9110 s13.1.2. */
function isKnown(headers: IncomingHttpHeaders, etag: string): boolean {
  const known = (headers['if-none-match'] ?? '').split(',').map((one) => one.trim().replace(/^W\//, ''));
  return known.includes(etag) || known.includes('*');
}
