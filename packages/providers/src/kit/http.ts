import { addAbortListener } from 'node:events';
import { Agent as HttpAgent, type IncomingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { TraceErrorCode } from '@envase/contracts';
import got, { type OptionsOfTextResponseBody, type Response } from 'got';
import type { z } from 'zod';
import { ProviderError } from '../provider.ts';
import { fits, readBody } from './body.ts';
import { failureOfError, failureOfStatus } from './failures.ts';

export interface ProviderHttpOptions {
  baseUrl: string;
  /** The whole request: retries and the waits between them included, the wait for its turn not. */
  timeoutMs: number;
  /** Awaited before every attempt of a metered request. */
  spend: (signal: AbortSignal) => Promise<void>;
  headers?: Readonly<Record<string, string>>;
  /** PEM texts, for mutual TLS. */
  https?: { certificate?: string; key?: string; certificateAuthority?: string };
  /** Of the decompressed body; 5 MiB unless given. */
  responseLimitBytes?: number;
  /** How long to wait after a status when the provider does not say it. */
  waitAfterStatusMs?: Readonly<Record<number, number>>;
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface ProviderRequest<T> {
  method?: Method;
  /** Begins with `/`; appended to the base URL. Shown in messages, so it holds no secret. */
  path: string;
  query?: Readonly<Record<string, string>> | URLSearchParams;
  headers?: Readonly<Record<string, string>>;
  json?: unknown;
  form?: Readonly<Record<string, string>>;
  schema: z.ZodType<T>;
  signal?: AbortSignal;
  /** False for requests that do not count against the limits, such as those for a token. */
  metered?: boolean;
  /** At providers that say "not found" by 404: the error they send, and what it means. Any other 404 is a failure. */
  whenNotFound?: { error: z.ZodType; body: T };
  /** Statuses that say all there is to say, and what: the body is not read. */
  saidByStatus?: Readonly<Record<number, T>>;
  /** Statuses whose body is an answer too, where it has this form. */
  alsoAnswers?: Readonly<Record<number, z.ZodType<T>>>;
  /** Statuses that mean something else here than elsewhere. */
  codes?: Readonly<Record<number, TraceErrorCode>>;
  /** Asked for headers before the request, and once more when they are refused with 401. */
  authorization?: Authorization;
}

/** A login that is kept and can run out. */
export interface Authorization {
  headers(): Promise<Record<string, string>>;
  /** These headers were refused: the next ones must be others. */
  discard(headers: Record<string, string>): void;
}

export interface ProviderAnswer<T> {
  body: T;
  headers: IncomingHttpHeaders;
}

export interface ProviderHttp {
  /** The checked answer. Every failure is a `ProviderError`, except that of the caller's own signal: its reason. */
  ask<T>(request: ProviderRequest<T>): Promise<ProviderAnswer<T>>;
  /** Closes kept connections; requests under way fail. */
  close(): void;
}

const never = new AbortController().signal;
const defaultLimitBytes = 5 * 1024 * 1024;
const connectTimeoutMs = 5_000;
const brokenExchange = [
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ERR_HTTP_CONTENT_LENGTH_MISMATCH',
];

/**
 * HTTP to one provider with one login: JSON in, JSON out, checked; keep-alive, no redirects, no proxy, one retry of a
 * GET. Messages name status and path, never a URL, a header or a body (contract s10, codes of `TRACE_ERROR`).
 */
export function createProviderHttp(options: ProviderHttpOptions): ProviderHttp {
  const agents = { http: new HttpAgent({ keepAlive: true }), https: new HttpsAgent({ keepAlive: true }) };

  async function exchange<T>(request: ProviderRequest<T>, extra: Record<string, string>) {
    const signal = request.signal ?? never;
    if (request.metered !== false) await options.spend(signal);
    const deadline = AbortSignal.timeout(options.timeoutMs);
    const asked = { ...request, headers: { ...request.headers, ...extra } };
    return send(options, agents, asked, AbortSignal.any([signal, deadline])).catch((error: unknown) => {
      signal.throwIfAborted();
      throw failureOfError(error, { what: nameOf(request), timedOut: deadline.aborted });
    });
  }

  async function ask<T>(request: ProviderRequest<T>): Promise<ProviderAnswer<T>> {
    request.signal?.throwIfAborted();
    const login = await logIn(request);
    let response = await exchange(request, login);
    if (response.statusCode === 401 && request.authorization) {
      request.authorization.discard(login);
      response = await exchange(request, await logIn(request));
    }
    return { body: readAnswer(response, request), headers: response.headers };
  }

  function readAnswer<T>(response: Response<string>, request: ProviderRequest<T>): T {
    const { statusCode, headers } = response;
    const what = nameOf(request);
    const { whenNotFound, saidByStatus } = request;
    const said = saidByStatus?.[statusCode];
    if (said !== undefined) return said;
    if (statusCode === 404 && whenNotFound && fits(response.body, whenNotFound.error))
      return whenNotFound.body;
    const also = request.alsoAnswers?.[statusCode];
    if (also && fits(response.body, also))
      return readBody(response.body, { contentType: headers['content-type'], schema: also, what });
    if (statusCode < 200 || statusCode > 299) {
      const { waitAfterStatusMs } = options;
      throw failureOfStatus(statusCode, { what, headers, waitAfterStatusMs, codes: request.codes });
    }
    return readBody(response.body, { contentType: headers['content-type'], schema: request.schema, what });
  }

  return {
    ask,
    close() {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

function nameOf({ method = 'GET', path }: { method?: Method; path: string }): string {
  return `${method} ${path}`;
}

/** The login's headers. Others wait for the same login, so the caller's signal ends only this waiting. */
async function logIn<T>({
  authorization,
  signal = never,
}: ProviderRequest<T>): Promise<Record<string, string>> {
  if (!authorization) return {};
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const listening = addAbortListener(signal, () => reject(signal.reason));
  try {
    return await Promise.race([authorization.headers(), stopped]);
  } finally {
    listening[Symbol.dispose]();
  }
}

/** One exchange; rejects for network and size, never for a status. */
async function send<T>(
  options: ProviderHttpOptions,
  agents: { http: HttpAgent; https: HttpsAgent },
  request: ProviderRequest<T>,
  signal: AbortSignal,
): Promise<Response<string>> {
  const limit = options.responseLimitBytes ?? defaultLimitBytes;
  const tooBig = new AbortController();
  const exchange = got(`${options.baseUrl.replace(/\/+$/, '')}${request.path}`, {
    ...gotOptions(options, request),
    agent: agents,
    signal: AbortSignal.any([signal, tooBig.signal]),
    hooks: {
      beforeRetry: [
        async () => {
          if (request.metered !== false) await options.spend(signal);
        },
      ],
    },
  });
  exchange.on('downloadProgress', ({ transferred }: { transferred: number }) => {
    if (transferred > limit) tooBig.abort();
  });
  try {
    return await exchange;
  } catch (error) {
    if (tooBig.signal.aborted) {
      throw new ProviderError('provider_answer', `The answer is larger than ${limit} bytes`);
    }
    throw error;
  }
}

function gotOptions<T>(options: ProviderHttpOptions, request: ProviderRequest<T>): OptionsOfTextResponseBody {
  const { query, json, form } = request;
  return {
    method: request.method ?? 'GET',
    headers: {
      accept: 'application/json',
      'user-agent': 'envase-trace',
      ...options.headers,
      ...request.headers,
    },
    ...(query === undefined ? {} : { searchParams: new URLSearchParams(query) }),
    ...(json === undefined ? {} : { json }),
    ...(form === undefined ? {} : { form: { ...form } }),
    ...(options.https === undefined ? {} : { https: options.https }),
    throwHttpErrors: false,
    followRedirect: false,
    timeout: { connect: connectTimeoutMs },
    retry: {
      limit: 1,
      methods: ['GET'],
      statusCodes: [500, 502, 503, 504],
      errorCodes: brokenExchange,
      backoffLimit: 250,
      maxRetryAfter: 1_000,
    },
  };
}
