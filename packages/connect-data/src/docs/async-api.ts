import {
  actionAliases,
  bookingResult,
  containerResult,
  eventOf,
  stoppedResult,
  storedEvent,
  traceErrorResult,
} from '@envase/contracts';
import { createSchemaWriter } from '@envase/http';
import { z } from 'zod';
import { messageExamples } from './message-examples.ts';

const containerActions = {
  TRACE_RESULT: 'What is known of an import container, and what changed',
  TRACE_EXPORT_RESULT: 'The same of an export',
  TRACE_EMPTY_RESULT: 'The same of an empty',
} as const;

interface Told {
  type: string;
  action: string;
  payload: z.ZodType;
  summary: string;
}

/** Every kind of event that the platform tells by itself (contract s4). */
const toldEvents: readonly Told[] = [
  ...Object.entries(containerActions).map(([action, summary]) => ({
    type: 'CONTAINER',
    action,
    payload: containerResult,
    summary,
  })),
  { type: 'BOOKING', action: 'TRACE_RESULTS', payload: bookingResult, summary: 'What is known of a booking' },
  ...['CONTAINER', 'BOOKING'].flatMap((type) => [
    { type, action: 'TRACE_STOPPED', payload: stoppedResult, summary: 'Tracing has ended, and why' },
    {
      type,
      action: 'TRACE_ERROR',
      payload: traceErrorResult,
      summary: 'An attempt has failed: one per attempt and half hour, not one per box',
    },
  ]),
  {
    type: 'APPOINTMENT',
    action: 'TRACE_RESULT',
    payload: z.looseObject({}),
    summary: 'An appointment or a truck visit, as its terminal told it',
  },
];

const signature =
  '`t=<ms>,v1=<hex>`: HMAC-SHA256 under the signing key, over the value of t, a full stop and the raw body. Absent without a key.';

/** Headers of every delivery (contract s6). */
const deliveryHeaders = z.object({
  'X-Envase-Connect-Signature-256': z
    .string()
    .regex(/^t=\d+,v1=[0-9a-f]{64}$/)
    .optional()
    .meta({ description: signature }),
  'X-Envase-Connect-Signature-256-Previous': z
    .string()
    .regex(/^t=\d+,v1=[0-9a-f]{64}$/)
    .optional()
    .meta({ description: 'The same under the key before, for 24 h after it was replaced' }),
  'webhook-id': z.uuid().meta({ description: 'The event’s `id`: the same for every attempt' }),
  'webhook-timestamp': z.string().regex(/^\d+$/).meta({ description: 'Seconds; of this attempt' }),
  'webhook-signature': z.string().optional().meta({
    description:
      'Standard Webhooks: `v1,<base64>` for each key that signs, parted by blanks; the key is the UTF-8 bytes of `signingKey`',
  }),
});

/** The AsyncAPI 3 document: every event that a web-hook may receive, its headers and how it is signed (contract s4, s6). */
export function describeEvents(): object {
  const schemas = createSchemaWriter();
  const headers = schemas.write(deliveryHeaders, 'in');
  const told = toldEvents.map(({ type, action, payload, summary }) => ({
    name: nameMessage(type, action),
    summary,
    payload: schemas.write(eventOf({ type, actions: namesOf(type, action), payload }), 'out'),
  }));
  const published = {
    name: 'published',
    summary:
      'An event of your own organization that is no order, or a request that the hook names: as it was published',
    payload: schemas.write(storedEvent, 'out'),
  };
  const messages = Object.fromEntries(
    [...told, published].map(({ name, summary, payload }) => [
      name,
      describeMessage({ name, summary, payload }),
    ]),
  );
  const refs = Object.keys(messages).map(
    (name) => [name, { $ref: `#/components/messages/${name}` }] as const,
  );
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Envase Trace: web-hooks',
      version: '1',
      description: about,
    },
    defaultContentType: 'application/json',
    channels: {
      webhook: {
        address: null,
        title: 'Your web-hook',
        description: 'The `url` that you registered with `POST /api/webhooks`; one POST per event.',
        messages: Object.fromEntries(refs),
        bindings: { http: {} },
      },
    },
    operations: {
      deliver: {
        action: 'send',
        channel: { $ref: '#/channels/webhook' },
        summary: 'Tell a web-hook of an event',
        bindings: { http: { method: 'POST' } },
      },
    },
    components: {
      messages,
      messageTraits: { signed: { headers, contentType: 'application/json' } },
      schemas: schemas.components(),
    },
  };
}

const about = `An answer of 2xx within 15 s is a delivery; anything else, a redirect too, is tried again: ten attempts over three days,
\`Retry-After\` is honoured, and \`410\` disables the hook. An event may come more than once, with the same \`webhook-id\`. Verify the
signature over the raw body before you parse it. Properties may be added at any time.`;

function describeMessage({ name, summary, payload }: { name: string; summary: string; payload: object }) {
  const example = messageExamples[name];
  return {
    name,
    summary,
    payload,
    traits: [{ $ref: '#/components/messageTraits/signed' }],
    ...(example ? { examples: [{ name, payload: example }] } : {}),
  };
}

/** The action, and the alias that a hook may have registered instead (contract s4). */
function namesOf(type: string, action: string): string[] {
  const aliases = actionAliases.filter((one) => one.type === type && one.canonical === action);
  return [action, ...aliases.map(({ alias }) => alias)];
}

/** `CONTAINER` `TRACE_RESULT` is `containerTraceResult`. */
function nameMessage(type: string, action: string): string {
  const words = action.toLowerCase().split('_');
  return [type.toLowerCase(), ...words.map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join('');
}
