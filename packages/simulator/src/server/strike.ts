import type { RefusedStatus, WireAnswer, WireProvider, WireRequest } from '../providers/provider.ts';
import type { FaultKind } from '../world/faults.ts';

/** What becomes of a request: an answer, whole or cut off in the middle, or none. */
export type Outcome = { answer: WireAnswer; cut: boolean } | 'hang' | 'reset';

const refusals: Partial<Record<FaultKind, RefusedStatus>> = {
  unavailable: 503,
  server_error: 500,
  gateway_timeout: 504,
  unauthorized: 401,
  forbidden: 403,
  rate_limited: 429,
};

const html =
  '<!DOCTYPE html><html><head><title>Sign in</title></head><body><form>Please sign in</form></body></html>';

const replacements: Partial<Record<FaultKind, WireAnswer>> = {
  garbage: {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: '{"rows":[{"id":\u0000, oops',
  },
  empty: { status: 200, headers: { 'content-type': 'application/json' }, body: '' },
  html200: { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: html },
};

type RowChange = (provider: WireProvider, rows: readonly unknown[]) => unknown;

const rowChanges: Partial<Record<FaultKind, RowChange>> = {
  half_batch: (_provider, rows) => rows.filter((_row, place) => place % 2 === 0 && place < rows.length - 1),
  duplicate_rows: (_provider, rows) => rows.flatMap((row) => [row, row]),
  foreign_rows: (provider, rows) => [...rows, ...rows.slice(0, 1).map((row) => provider.disguise(row))],
  // An object where a list was promised.
  wrong_type: (_provider, rows) => ({ ...rows }),
};

function changed(provider: WireProvider, answer: WireAnswer, kinds: readonly FaultKind[]): WireAnswer {
  let { body } = answer;
  for (const kind of kinds) {
    const rows = answer.status < 300 ? provider.readRows(body) : null;
    const change = rowChanges[kind];
    if (rows && change) body = provider.writeRows(body, change(provider, rows));
  }
  return { ...answer, body };
}

/** The outcome of a request under the faults that strike it; `handle` gives what would be answered without. */
export function strike(
  { provider, request, at }: { provider: WireProvider; request: WireRequest; at: number },
  kinds: readonly FaultKind[],
  handle: () => WireAnswer,
): Outcome {
  if (kinds.includes('hang')) return 'hang';
  if (kinds.includes('reset')) return 'reset';
  for (const kind of kinds) {
    const status = refusals[kind];
    if (status !== undefined) return { answer: provider.refuse(status, request, at), cut: false };
    const answer = replacements[kind];
    if (answer) return { answer, cut: false };
  }
  return { answer: changed(provider, handle(), kinds), cut: kinds.includes('truncated') };
}
