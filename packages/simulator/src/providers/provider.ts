import type { IncomingHttpHeaders } from 'node:http';
import type { CanonicalStatus } from '@envase/contracts';
import type { z } from 'zod';
import type { BoxState, Trip } from '../journey/box-state.ts';
import type { JourneyKind } from '../journey/script.ts';
import type { Outgoing } from '../notifications/post-office.ts';
import type { RateLimit } from '../world/limits.ts';
import type { World } from '../world/world.ts';

/** A request as a provider sees it. */
export interface WireRequest {
  method: string;
  /** Below the provider's base path. */
  path: string;
  /** Absolute, as it was called. */
  url: URL;
  headers: IncomingHttpHeaders;
  /** JSON or form as a value, anything else as text; undefined when there is none or it cannot be read. */
  body: unknown;
}

/** An answer before it becomes bytes. A string body is sent as it is, anything else as JSON. */
export interface WireAnswer {
  status: number;
  headers?: Record<string, string>;
  body: unknown;
}

export interface Route {
  /** The vendor's name of it; the request log and faults use it. */
  operation: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Parts that begin with `:` stand for anything. */
  path: string;
  answers: 'data' | 'token' | 'liveness';
  /** Numbers that a request names. */
  boxes(request: WireRequest): string[];
  handle(request: WireRequest): WireAnswer;
}

export interface Site {
  id: string;
  name: string;
  zone: string;
}

/** Reasons for which a provider refuses by itself or on order. */
export type RefusedStatus = 400 | 401 | 403 | 404 | 405 | 429 | 500 | 503 | 504;

/** A box at one moment and the journey that took it there. */
export interface KnownBox {
  trip: Trip;
  state: BoxState;
}

/** A provider as the simulator knows it. Adding one touches its folder and the registry only. */
export interface WireProvider {
  id: string;
  name: string;
  basePath: `/${string}`;
  kinds: readonly JourneyKind[];
  sites: readonly Site[];
  /** What to log in with; made up, printed by the program. */
  credentials: readonly { what: string; value: string }[];
  /** The vendor's limits per operation; null when it publishes none. */
  limits: RateLimit | null;
  settings: z.ZodType;
  /** Statuses that a reader of this wire may rightly conclude where it cannot tell them apart. */
  readableAs: Partial<Record<CanonicalStatus, readonly CanonicalStatus[]>>;
  /** The whole number of a box, as this provider keeps it; null when it can be none of its own. */
  keyOf(kind: JourneyKind, number: string): string | null;
  createRoutes(world: World): readonly Route[];
  /** What the vendor's answers say of a box that it knows, each in the form of its interface. */
  tell(box: KnownBox): readonly unknown[];
  /** Of providers that call their clients: each call of it answers what has arisen since the one before. */
  createNotifier?(world: World): () => readonly Outgoing[];
  /** Whether it ends the connection of this caller without a word. */
  turnsAway?(world: World, request: WireRequest): boolean;
  /** A refusal in the provider's own words. */
  refuse(status: RefusedStatus, request: WireRequest, at: number): WireAnswer;
  /** The rows of an answer, if it has any, and the same answer with others. */
  readRows(body: unknown): readonly unknown[] | null;
  writeRows(body: unknown, rows: unknown): unknown;
  /** The row of one box as that of a box which nobody asked for. */
  disguise(row: unknown): unknown;
}

/** A provider's settings: what was ordered, defaults for the rest. */
export function readSettings<T>(world: World, providerId: string, schema: z.ZodType<T>): T {
  return schema.parse(world.settings.get(providerId) ?? {});
}

/** JSON with every string in it replaced that equals a key of `names`. */
export function rename(row: unknown, names: Readonly<Record<string, string>>): unknown {
  if (typeof row === 'string') return names[row] ?? row;
  if (Array.isArray(row)) return row.map((one) => rename(one, names));
  if (typeof row !== 'object' || row === null) return row;
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, rename(value, names)]));
}

/** A member of a value that may be anything. */
export function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}
