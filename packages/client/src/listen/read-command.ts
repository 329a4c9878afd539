import { parseArgs } from 'node:util';

export interface ListenCommand {
  connectDataUrl: string;
  identityUrl: string;
  clientId: string;
  clientSecret: string;
  to: string;
  webhookId: string | undefined;
  entityType: string;
  triggers: string[];
  signingKey: string | undefined;
  isTest: boolean;
}

export type ReadCommand =
  | { kind: 'listen'; command: ListenCommand }
  | { kind: 'help'; text: string }
  | { kind: 'fault'; text: string };

const help = `envase-trace hooks listen --forward <url> [options]

Forwards the deliveries of a web-hook to a receiver on this machine while you develop: no tunnel, no public address.
Prints what came and what the receiver said. Without --webhook it registers a pull web-hook and removes it at the end.

  --forward <url>        your receiver, e.g. http://localhost:3000/hook
  --webhook <id>         forward the deliveries of this web-hook instead
  --entity <type>        what to hear of: CONTAINER, BOOKING, ... (default: * for all)
  --trigger <action>     what to hear, e.g. TRACE_RESULT; may be repeated (default: * for all)
  --test                 hear test events instead of real ones
  --connect-data <url>   or CONNECT_DATA_URL
  --identity <url>       or IDENTITY_URL
  --client-id <id>       or CLIENT_ID
  --help                 this text

CLIENT_SECRET holds the secret of the client. With SIGNING_KEY set, what is forwarded is signed with it.
`;

const options = {
  forward: { type: 'string' },
  webhook: { type: 'string' },
  entity: { type: 'string', default: '*' },
  trigger: { type: 'string', multiple: true },
  test: { type: 'boolean', default: false },
  'connect-data': { type: 'string' },
  identity: { type: 'string' },
  'client-id': { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/** What the command line and the variables ask for; every fault at once. Blank variables count as not set. */
export function readCommand(args: readonly string[], env: Record<string, string | undefined>): ReadCommand {
  const parsed = parse(args);
  if ('fault' in parsed) return { kind: 'fault', text: parsed.fault };
  const { values, positionals } = parsed;
  if (values.help || positionals.length === 0) return { kind: 'help', text: help };
  const faults: string[] = [];
  if (positionals.join(' ') !== 'hooks listen') faults.push(`there is no command '${positionals.join(' ')}'`);
  const need = (value: string | undefined, name: string) => {
    if (!value) faults.push(`${name} is missing`);
    return value ?? '';
  };
  const needUrl = (value: string | undefined, name: string) => {
    if (value && !/^https?:$/.test(URL.parse(value)?.protocol ?? ''))
      faults.push(`${name} is no http address`);
    return need(value, name);
  };
  const command: ListenCommand = {
    to: needUrl(values.forward, '--forward'),
    connectDataUrl: needUrl(values['connect-data'] || env.CONNECT_DATA_URL, '--connect-data'),
    identityUrl: needUrl(values.identity || env.IDENTITY_URL, '--identity'),
    clientId: need(values['client-id'] || env.CLIENT_ID, '--client-id'),
    clientSecret: need(env.CLIENT_SECRET, 'CLIENT_SECRET'),
    webhookId: values.webhook,
    entityType: values.entity,
    triggers: values.trigger ?? ['*'],
    signingKey: env.SIGNING_KEY || undefined,
    isTest: values.test,
  };
  return faults.length > 0 ? { kind: 'fault', text: faults.join('\n') } : { kind: 'listen', command };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    // Of an option that is not known, or has no value.
    if (error instanceof TypeError) return { fault: error.message };
    throw error;
  }
}
