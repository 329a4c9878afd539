import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { Scope } from '@envase/contracts';
import type { Logger } from '@envase/runtime';
import type { z } from 'zod';
import type { Caller } from './authentication/authenticator.ts';
import type { HeaderName } from './description/describe-headers.ts';
import type { TokenBucket } from './token-bucket.ts';

/** An answer. `body` is sent as JSON unless it is text, bytes or a stream (then set Content-Type); `{json}` is JSON text already. */
export interface Reply {
  status: number;
  body?: object | { json: string } | string | Buffer | Readable;
  headers?: Readonly<Record<string, string>>;
  audit?: AuditNote;
}

/** What a handler tells the audit of a mutating call beyond what the request says; never sent. */
export interface AuditNote {
  /** Id of what was changed; default: the path's parameter, else the answer's `id`. */
  target?: string;
  /** Who called, where the route is open and the handler found out. */
  clientId?: string;
  /** What is hashed for the row, without secrets: the changed thing before and after. */
  before?: object;
  after?: object;
}

/** What a handler knows of a request; it never sees Koa's context. */
export interface HandlerInput<Client, Params, Query, Body> {
  client: Client;
  params: Params;
  query: Query;
  body: Body;
  /** The body as it came, at most 256 KiB; empty where none was sent. */
  rawBody: Buffer;
  method: string;
  /** The route's pattern, for logs and keys. */
  route: string;
  requestId: string;
  headers: IncomingHttpHeaders;
  /** Address of the caller, behind trusted proxies the one they report. */
  address: string;
  /** Carries requestId, route and clientId. */
  readonly logger: Logger;
  /** Aborts when the caller hangs up. */
  readonly signal: AbortSignal;
}

/** A body for the generated description. */
export interface DescribedBody {
  /** Default: the endpoint's `body`. */
  schema?: z.ZodType;
  /** Media type; JSON unless given. */
  type?: string;
  /** By name: bodies that are taken. Tests send each. */
  examples?: Readonly<Record<string, object>>;
}

/** The schema of an answer's JSON (`z.undefined()`: no body), or more than that. */
export type DescribedAnswer = z.ZodType | DescribedMore;

/** An answer that may be something else than JSON, or has headers of its own. */
export interface DescribedMore {
  /** Where it may be JSON. */
  schema?: z.ZodType;
  /** Media types beside. */
  types?: readonly string[];
  headers?: readonly HeaderName[];
}

export interface EndpointSpec<S extends Scope | null, Params, Query, Body> {
  /** What the token must hold; null for open routes. Required: a route without it does not start. */
  scope: S;
  /** A path parameter that does not fit is an unknown id: 404. */
  params?: z.ZodType<Params>;
  query?: z.ZodType<Query>;
  body?: z.ZodType<Body>;
  /** `json` (default) parses and demands JSON; `any` leaves `rawBody` to the handler. */
  accepts?: 'json' | 'any';
  /** One bucket per client (open routes: per address) with `RateLimit-*` on every answer. */
  limit?: TokenBucket;
  /** For the generated description, in the imperative. */
  summary?: string;
  /** Its name in generated clients; default: from method and path, such as `listTraces`. */
  operationId?: string;
  /** What the body looks like, where `body` leaves that to the handler. */
  takes?: DescribedBody;
  /** What it answers by itself, by status; `errorAnswers` come from what stands above. A test refuses what is not described. */
  answers?: Readonly<Record<number, DescribedAnswer>>;
  handle(input: HandlerInput<S extends null ? null : Caller, Params, Query, Body>): Reply | Promise<Reply>;
}

/** An endpoint of any shape, as the router keeps it. */
export type Endpoint = EndpointSpec<Scope | null, unknown, unknown, unknown>;
export type AnyInput = HandlerInput<Caller | null, unknown, unknown, unknown>;

/** Scope, then shape, then the handler, which receives parsed input (contract s2: all issues are listed). */
export function endpoint<S extends Scope | null, Params = undefined, Query = undefined, Body = undefined>(
  spec: EndpointSpec<S, Params, Query, Body>,
): Endpoint {
  // The cast: the router only hands over what this spec's own schemas and scope let through.
  return spec as unknown as Endpoint;
}
