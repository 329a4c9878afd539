import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';

// cspell:words tmpfs

export const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Published port or none, and admin port (architecture, "Ports"). */
export const ports: [program: string, published: string | null, admin: number][] = [
  ['connect-data', '3000:3000', 3010],
  ['identity-manager', '3001:3001', 3011],
  ['ops', '127.0.0.1:3002:3002', 3012],
  ['trace-manager', null, 3013],
  ['tracer', null, 3014],
  ['webhook-delivery', null, 3015],
];
export const programs = ports.map(([program]) => program);

export function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

const condition = z.strictObject({
  condition: z.enum(['service_healthy', 'service_completed_successfully', 'service_started']),
});

/** As Compose reads a value: `${NAME:-default}` where NAME is not set, and `$$` for a dollar sign. */
const text = z.union([z.string(), z.number()]).transform((value) =>
  String(value)
    .replace(/\$\{\w+:-([^}]*)\}/g, '$1')
    .replaceAll('$$', '$'),
);

/** Strict: a misspelled key would be ignored by nobody but its reader. */
const service = z.strictObject({
  image: text,
  build: z.strictObject({ context: z.literal('..'), dockerfile: z.literal('docker/Dockerfile') }).optional(),
  hostname: z.string().optional(),
  profiles: z.array(z.string()).default([]),
  entrypoint: z.array(z.string()).optional(),
  command: z.array(z.string()),
  init: z.boolean().default(false),
  user: z.string().optional(),
  restart: z.enum(['no', 'unless-stopped']),
  stop_grace_period: z.string().optional(),
  read_only: z.boolean().default(false),
  tmpfs: z.array(z.string()).default([]),
  cap_drop: z.array(z.string()),
  security_opt: z.array(z.string()),
  logging: z.strictObject({ driver: z.literal('local') }).optional(),
  environment: z.record(z.string(), text).default({}),
  secrets: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  expose: z.array(z.string()).default([]),
  healthcheck: z
    .union([
      z.strictObject({ disable: z.literal(true) }),
      z.strictObject({
        test: z.array(text),
        interval: z.string(),
        timeout: z.string(),
        start_period: z.string(),
      }),
    ])
    .optional(),
  depends_on: z.record(z.string(), condition).default({}),
  volumes: z.array(z.string()).default([]),
  networks: z.array(z.string()),
});

const compose = z.looseObject({
  name: z.string(),
  services: z.record(z.string(), service),
  networks: z.record(z.string(), z.strictObject({ internal: z.boolean().optional() })),
  volumes: z.record(z.string(), z.strictObject({})),
  secrets: z.record(z.string(), z.strictObject({ file: z.string() })),
});

/** `docker/compose.yaml` as on a machine where nothing is set. */
export function readCompose(): z.output<typeof compose> {
  return compose.parse(parse(readText('docker/compose.yaml'), { merge: true }));
}
