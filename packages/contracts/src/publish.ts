import { z } from 'zod';
import { type Issue, listIssues } from './issues.ts';
import {
  bookingPayload,
  containerPayload,
  readOrder,
  readOrderName,
  type TraceOrder,
} from './trace-order.ts';
import { opaqueId } from './vocabulary.ts';

/** A publish in one spelling. `payload` is the client's own value, never changed; `order` is null for pass-through. */
export interface PublishRequest {
  orgId: string | null;
  svcId: string | null;
  type: string;
  action: string;
  origin: string;
  isTest: boolean;
  payload: unknown;
  order: TraceOrder | null;
}

export type ParsedPublish = { ok: true; request: PublishRequest } | { ok: false; issues: Issue[] };

type Body = Record<string, unknown>;

const word = z
  .string()
  .max(64)
  .regex(/^[A-Za-z][A-Za-z0-9_-]*$/, 'a word of at most 64 letters, digits, _ and -');

const envelope = z.looseObject({
  orgId: opaqueId.optional(),
  svcId: opaqueId.optional(),
  tmsId: opaqueId.optional(),
  type: z.string().min(1).max(200),
  action: z.string().min(1).max(64).optional(),
  isTest: z.boolean().optional(),
  payload: z.looseObject({}),
});

/** What `POST /api/events` takes, for the description: what one property says of another is judged by `parsePublish`. */
export const publishBody = envelope
  .extend({ payload: z.union([containerPayload, bookingPayload, z.looseObject({})]) })
  .meta({ id: 'Publish' });

/**
 * Reads a publish in any documented spelling (contract s3, s10): plain or dotted envelope, `svcId` or `tmsId`,
 * `containers[]`, `containerNumber` or `id`. Lists every fault, not the first. Provider and number are judged later.
 */
export function parsePublish(body: unknown): ParsedPublish {
  const parsed = envelope.safeParse(body);
  const issues = parsed.success ? [] : listIssues(parsed.error);
  if (!isObject(body)) return { ok: false, issues };
  // The client's own object, not zod's copy: unknown keys and their order must come back value for value.
  const { payload } = body;
  checkServices(body, issues);
  const name = readName(body, issues);
  const order = name && isObject(payload) ? findOrder(name, payload, issues) : null;
  if (!parsed.success || !name || issues.length > 0) return { ok: false, issues };
  const { orgId = null, svcId, tmsId, isTest = false } = parsed.data;
  const { type, action, origin } = name;
  const request = { orgId, svcId: svcId ?? tmsId ?? null, type, action, origin, isTest, payload, order };
  return { ok: true, request };
}

function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checkServices({ svcId, tmsId }: Body, issues: Issue[]): void {
  if (svcId === undefined || tmsId === undefined || svcId === tmsId) return;
  const message = 'differs from svcId: send one of them, or both with the same value';
  issues.push({ path: '/tmsId', message });
}

interface Name {
  type: string;
  action: string;
  origin: string;
  /** Where the action was said. */
  actionPath: '/type' | '/action';
}

/** Null where type or action is at fault; `issues` then says so, whether the envelope has found it or this. */
function readName({ type, action }: Body, issues: Issue[]): Name | null {
  if (issues.some(({ path }) => path === '/type' || path === '/action')) return null;
  if (typeof type !== 'string') return null;
  return typeof action === 'string' ? readPlainName(type, action, issues) : readDottedName(type, issues);
}

function readDottedName(type: string, issues: Issue[]): Name | null {
  const parts = type.split('.');
  if (parts.length !== 3 || parts.some((part) => !word.safeParse(part).success)) {
    const message =
      'send type and action, or a dotted type project.entity.action, e.g. mytms.container.trace_requested';
    issues.push({ path: type.includes('.') ? '/type' : '/action', message });
    return null;
  }
  const [project, entity, verb] = parts as [string, string, string]; // three parts, checked above
  return { type: entity.toUpperCase(), action: verb.toUpperCase(), origin: project, actionPath: '/type' };
}

function readPlainName(type: string, action: string, issues: Issue[]): Name | null {
  const wanted = 'a word of at most 64 letters, digits, _ and -';
  const beside = type.includes('.') ? `${wanted} beside an action; a dotted type stands alone` : wanted;
  const faults = [
    ...(word.safeParse(type).success ? [] : [{ path: '/type', message: beside }]),
    ...(word.safeParse(action).success ? [] : [{ path: '/action', message: wanted }]),
  ];
  issues.push(...faults);
  if (faults.length > 0) return null;
  return {
    type: type.toUpperCase(),
    action: action.toUpperCase(),
    origin: 'connect-data',
    actionPath: '/action',
  };
}

function findOrder(name: Name, payload: Body, issues: Issue[]): TraceOrder | null {
  const asked = readOrderName(name.type, name.action);
  if (asked.kind === 'order') return readOrder(asked, payload, issues);
  if (asked.kind === 'unknown') issues.push({ path: name.actionPath, message: asked.message });
  return null;
}
