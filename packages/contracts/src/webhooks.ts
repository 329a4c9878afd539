import { z } from 'zod';
import { type Issue, listIssues } from './issues.ts';
import { opaqueId } from './vocabulary.ts';

/** One alternative of a hook's filters: every path must hold the value (contract s6). */
export type WebhookFilter = Record<string, string | number | boolean | null>;

/** A registration in one spelling (contract s6). `undefined` means "not sent". */
export interface WebhookRegistration {
  url?: string | undefined;
  triggers: string[];
  entityType: string;
  signingKey?: string | undefined;
  webhookHeaders?: { name: string; value: string }[] | undefined;
  filters: WebhookFilter[];
  orgId?: string | undefined;
  svcId?: string | undefined;
  description?: string | undefined;
  ordered?: boolean | undefined;
  maxInFlight?: number | undefined;
  isTest?: boolean | undefined;
  delivery?: 'push' | 'pull' | undefined;
}

export type ParsedWebhook = { ok: true; registration: WebhookRegistration } | { ok: false; issues: Issue[] };

const name = z
  .string()
  .min(1)
  .max(64)
  .regex(/^(\*|[A-Za-z][A-Za-z0-9_-]*)$/, 'a word of letters, digits, _ and -, or *')
  .transform((value) => value.toUpperCase());

const filterPath = z
  .string()
  .max(200)
  .regex(/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){0,7}$/, 'a dotted path from the event root, e.g. payload.siteId');
const filterValue = z.union([z.string().max(500), z.number(), z.boolean(), z.null()], {
  error: 'a string, number, boolean or null',
});
const filter = z.record(filterPath, filterValue);

const reservedHeader =
  /^(host|connection|keep-alive|te|trailer|transfer-encoding|upgrade|expect|proxy-.*|content-.*|webhook-.*|x-envase-.*)$/i;

const header = z.object({
  name: z
    .string()
    .max(100)
    .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'not an HTTP header name')
    .refine((value) => !reservedHeader.test(value), 'is set by the platform and cannot be overridden'),
  value: z
    .string()
    .max(1024)
    .regex(/^[\x20-\x7e]*$/, 'only visible ASCII characters'),
});

/** What `POST` and `PUT /api/webhooks` take (contract s6); unknown properties are ignored. */
export const webhookBody = z
  .looseObject({
    url: z.string().min(1).max(2048).optional(),
    triggers: z.array(name).min(1).max(50),
    entityType: name.optional(),
    eventType: name.optional(),
    signingKey: z.string().max(512).optional(),
    webhookHeaders: z.array(header).max(20).optional(),
    filters: z
      .union([z.array(filter).max(50), filter.transform((one) => [one])], {
        error: 'a list of objects that map paths to values, or one such object',
      })
      .optional(),
    orgId: opaqueId.optional(),
    svcId: opaqueId.optional(),
    description: z.string().max(500).optional(),
    ordered: z.boolean().optional(),
    maxInFlight: z.number().int().min(1).max(50).optional(),
    isTest: z.boolean().optional(),
    delivery: z.enum(['push', 'pull']).optional(),
  })
  .meta({ id: 'WebhookRegistration' });

/** What `PATCH /api/webhooks/{id}` takes: any of it. */
export const webhookChanges = webhookBody.partial().meta({ id: 'WebhookChanges' });

/** Reads a registration in either spelling of the entity and lists every fault. The address is judged by `egress`. */
export function parseWebhook(body: unknown): ParsedWebhook {
  const parsed = webhookBody.safeParse(body);
  const issues = parsed.success ? [] : listIssues(parsed.error);
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) issues.push(...checkTogether(body));
  if (!parsed.success || issues.length > 0) return { ok: false, issues };
  const { entityType, eventType, ...rest } = parsed.data;
  const registration: WebhookRegistration = {
    url: rest.url,
    triggers: [...new Set(rest.triggers)],
    // One of them is there, checked above.
    entityType: entityType ?? eventType ?? '*',
    signingKey: rest.signingKey === '' ? undefined : rest.signingKey,
    webhookHeaders: rest.webhookHeaders,
    filters: withoutVoid(rest.filters ?? []),
    orgId: rest.orgId,
    svcId: rest.svcId,
    description: rest.description,
    ordered: rest.ordered,
    maxInFlight: rest.maxInFlight,
    isTest: rest.isTest,
    delivery: rest.delivery,
  };
  return { ok: true, registration };
}

/** An alternative that names no path holds always, and so do all together. */
function withoutVoid(filters: WebhookFilter[]): WebhookFilter[] {
  return filters.some((one) => Object.keys(one).length === 0) ? [] : filters;
}

/** What one property says of another; of a body whose properties may each be at fault. */
function checkTogether(body: { [name in keyof z.input<typeof webhookBody>]?: unknown }): Issue[] {
  const { entityType, eventType, orgId, svcId, url, delivery } = body;
  const isText = (value: unknown): value is string => typeof value === 'string';
  const issues: Issue[] = [];
  if (entityType === undefined && eventType === undefined) {
    issues.push({ path: '/entityType', message: 'send entityType (or eventType)' });
  }
  if (isText(entityType) && isText(eventType) && entityType.toUpperCase() !== eventType.toUpperCase()) {
    issues.push({ path: '/eventType', message: 'differs from entityType: send one of them' });
  }
  if (svcId !== undefined && orgId === undefined) {
    issues.push({ path: '/orgId', message: 'svcId needs the orgId it belongs to' });
  }
  if (url === undefined && delivery !== 'pull') {
    issues.push({ path: '/url', message: 'send the https address to notify, or delivery: "pull"' });
  }
  return issues;
}
