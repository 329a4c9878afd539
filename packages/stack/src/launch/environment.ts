import { simulatedProviders } from '@envase/simulator';
import type { Ports } from './ports.ts';
import type { StackSecrets } from './secrets.ts';

export interface StackSettings {
  /** Names the database. */
  mongodbUri: string;
  redisUrl: string;
  queuePrefix: string;
  ports: Ports;
  secrets: StackSecrets;
  speed: number;
  /** Hosts that web-hooks may reach by http. */
  allowHttpHooks: string;
  logLevel: string;
}

export const programNames = [
  'identity-manager',
  'connect-data',
  'trace-manager',
  'tracer',
  'webhook-delivery',
  'ops',
] as const;
export type ProgramName = (typeof programNames)[number];

/** Made up like the logins of the simulated providers: with it anybody here can play ICTSI. */
export const ictsiKey = 'simulated-ictsi-key';

/** The variables of one program of the stack, the same whether it runs in this process or in one of its own. */
export function environmentOf(name: ProgramName, settings: StackSettings): Record<string, string> {
  const { ports, secrets, redisUrl, speed } = settings;
  const identity = `http://127.0.0.1:${ports.identityManager}`;
  const common = {
    MONGODB_URI: settings.mongodbUri,
    LOG_LEVEL: settings.logLevel,
  };
  const queued = { ...common, REDIS_URL: redisUrl, QUEUE_PREFIX: settings.queuePrefix };
  const paced = { ...queued, SPEED: String(speed) };
  const issuer = { ISSUER: identity, JWKS_URL: `${identity}/.well-known/jwks.json` };
  const host = { HOST: '127.0.0.1' };
  const sealing = { KEY_RING: secrets.keyRing };
  const variables: Record<ProgramName, Record<string, string>> = {
    'identity-manager': {
      ...common,
      ...host,
      ...sealing,
      PORT: String(ports.identityManager),
      ADMIN_PORT: String(ports.identityManagerAdmin),
      ISSUER: identity,
      SECRET_PEPPER: secrets.pepper,
    },
    'connect-data': {
      ...queued,
      ...host,
      ...issuer,
      ...sealing,
      PORT: String(ports.connectData),
      ADMIN_PORT: String(ports.connectDataAdmin),
      ALLOW_HTTP_HOOKS: settings.allowHttpHooks,
      HOOK_SECRETS: JSON.stringify({ terminal49: loginOf('terminal49', 'web-hook secret'), ictsi: ictsiKey }),
    },
    'trace-manager': { ...paced, ADMIN_PORT: String(ports.traceManagerAdmin) },
    tracer: {
      ...paced,
      ...sealing,
      ADMIN_PORT: String(ports.tracerAdmin),
      PROVIDERS: JSON.stringify(connectionsOf(settings)),
    },
    'webhook-delivery': {
      ...queued,
      ...sealing,
      ADMIN_PORT: String(ports.webhookDeliveryAdmin),
      ALLOW_HTTP_HOOKS: settings.allowHttpHooks,
    },
    ops: {
      ...queued,
      ...host,
      PORT: String(ports.ops),
      ADMIN_PORT: String(ports.opsAdmin),
      OPERATOR_USERNAME: secrets.operator.username,
      OPERATOR_PASSWORD: secrets.operator.password,
    },
  };
  return variables[name];
}

/** The web-hook that a simulated provider is given, as its vendor takes it. */
export function callbacksOf({ ports }: Pick<StackSettings, 'ports'>) {
  const provider = simulatedProviders.find(({ id }) => id === 'terminal49');
  if (!provider) return [];
  return [
    {
      at: `http://127.0.0.1:${ports.simulator}${provider.basePath}/webhooks`,
      authorization: `Token ${loginOf(provider.id, 'api key')}`,
      url: `http://127.0.0.1:${ports.connectData}/tracehooks/terminal49`,
    },
  ];
}

/** Where the tracer finds the simulated providers, with the logins the simulator accepts; customers bring theirs to `gpa`. */
function connectionsOf({ ports }: StackSettings) {
  const base = `http://127.0.0.1:${ports.simulator}`;
  const connections = simulatedProviders.map(({ id, basePath }) => {
    const baseUrl = id === 'gpa' ? base.replace('http:', 'sftp:') : `${base}${basePath}`;
    const named = Object.entries(loginFields[id] ?? {}).map(([field, what]) => [field, loginOf(id, what)]);
    const queue = withQueue.includes(id) ? { queueUrl: `${baseUrl}/queue` } : {};
    return [id, { baseUrl, credentials: { ...Object.fromEntries(named), ...queue } }] as const;
  });
  const byId = Object.fromEntries(connections);
  // One vendor, asked in two ways.
  return { ...byId, terminal49_poll: byId.terminal49 };
}

function loginOf(id: string, what: string): string | undefined {
  const { credentials = [] } = simulatedProviders.find((provider) => provider.id === id) ?? {};
  return credentials.find((one) => one.what === what)?.value;
}

/** Whose results wait in a queue beside its API. */
const withQueue = ['emodal', 'sprintpass_pro'];
const queueLogin = { apiKey: 'header X-API-KEY', queuePolicy: 'queue policy', queueKey: 'queue key' };

/** Our names of a login's fields, and what the simulator calls them. */
const loginFields: Record<string, Record<string, string>> = {
  apm: { clientId: 'client_id', clientSecret: 'client_secret' },
  cn: { apiKey: 'key', apiSecret: 'secret' },
  dcsa_tnt: { apiKey: 'header API-Key' },
  emodal: queueLogin,
  port_virginia: { apiKey: 'query key' },
  sprintpass_pro: queueLogin,
  terminal49: { apiKey: 'api key' },
  vizion: { apiKey: 'header X-API-Key' },
};
