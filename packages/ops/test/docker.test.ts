import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { createKeyRing, loadConfig, parseKeyRing } from '@envase/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ports, programs, readCompose, readText, root } from './read-compose.ts';

// cspell:words tmpfs requirepass replset

const { services, secrets, networks, volumes } = readCompose();
const serviceOf = (name: string) => services[name] ?? expect.fail(`compose.yaml has no ${name}`);

const oneShots = ['migrate', 'replica-set', 'envase'];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ops-docker-'));
  makeSecrets();
});
afterAll(() => rmSync(folder, { recursive: true }));

function makeSecrets(): string {
  const made = spawnSync('sh', [join(root, 'docker/make-secrets.sh'), join(folder, 'secrets')], {
    encoding: 'utf8',
  });
  expect(made.stderr).toBe('');
  return made.stdout;
}
const secretText = (name: string) => readFileSync(join(folder, 'secrets', name), 'utf8').trim();

/** The variables of a service where its secrets are those that were made here. */
function variablesOf(program: string): Record<string, string> {
  const entries = Object.entries(serviceOf(program).environment).map(([name, value]) => {
    const secret = /^\/run\/secrets\/(\w+)$/.exec(value)?.[1];
    const file = secret === undefined ? undefined : secrets[secret]?.file;
    return [name, file === undefined ? value : join(folder, 'secrets', basename(file))];
  });
  return Object.fromEntries(entries);
}

/** The program's own schema. Read by its path, as a deployment reads it: ops builds on no other program. */
async function schemaOf(program: string): Promise<z.ZodObject> {
  const url = pathToFileURL(join(root, 'packages', program, 'src/config.ts')).href;
  const module: Record<string, unknown> = await import(/* @vite-ignore */ url);
  const schema = Object.values(module).find((value) => value instanceof z.ZodObject);
  return schema ?? expect.fail(`${program} has no schema of variables`);
}

describe('compose.yaml', () => {
  it('has every program, both stores, what prepares them, and nothing else', () => {
    expect(Object.keys(services).sort()).toEqual([...programs, ...oneShots, 'mongodb', 'redis'].sort());
    const folders = readdirSync(join(root, 'packages'));
    const withMain = folders.filter((name) =>
      readdirSync(join(root, 'packages', name, 'src')).includes('main.ts'),
    );
    expect(withMain.filter((name) => !['client', 'simulator', 'stack'].includes(name)).sort()).toEqual(
      [...programs].sort(),
    );
  });

  it.each(ports)('runs %s on its port, with its own admin port inside', (program, published, admin) => {
    const { command, environment, expose, ports: shown } = serviceOf(program);
    expect(command).toEqual([program]);
    expect(shown).toEqual(published === null ? [] : [published]);
    expect(environment.PORT).toBe(published?.split(':').at(-1));
    expect([environment.ADMIN_PORT, expose]).toEqual([String(admin), [String(admin)]]);
  });

  it.each(programs)(
    'gives %s variables that it accepts, all of those it needs and none it does not know',
    async (program) => {
      const schema = await schemaOf(program);
      const variables = variablesOf(program);
      const config = loadConfig(schema, variables);
      expect(config).toHaveProperty('MONGODB_URI', 'mongodb://mongodb:27017/envase?replicaSet=rs0');
      const known = Object.keys(schema.shape);
      expect(
        Object.keys(variables)
          .map((name) => name.replace(/_FILE$/, ''))
          .filter((name) => !known.includes(name)),
      ).toEqual([]);
    },
  );

  it('writes no secret down: each is a file that only its readers get', () => {
    for (const [name, { environment, secrets: granted }] of Object.entries(services)) {
      for (const [variable, value] of Object.entries(environment)) {
        if (variable.endsWith('_FILE')) expect(granted, name).toContain(value.replace('/run/secrets/', ''));
        else expect(variable).not.toMatch(/SECRET|PASSWORD|TOKEN|KEY|URI|REDIS|PROVIDERS/);
      }
      if (name === 'redis') continue;
      const read = Object.values(environment).filter((value) => value.startsWith('/run/secrets/'));
      expect(granted.map((secret) => `/run/secrets/${secret}`).sort(), name).toEqual(read.sort());
    }
    const used = new Set(Object.values(services).flatMap((one) => one.secrets));
    expect([...used].sort()).toEqual(Object.keys(secrets).sort());
  });

  it('restarts what runs, lets it finish, and takes from it what it does not need', () => {
    for (const program of programs) {
      expect(serviceOf(program)).toMatchObject({
        restart: 'unless-stopped',
        stop_grace_period: '35s',
        read_only: true,
        tmpfs: ['/tmp'],
        init: true,
      });
      // The image's own health check stands.
      expect(serviceOf(program).healthcheck).toBeUndefined();
    }
    for (const service of Object.values(services)) {
      expect(service.cap_drop).toEqual(['ALL']);
      expect(service.security_opt).toEqual(['no-new-privileges:true']);
    }
    for (const name of oneShots) expect(serviceOf(name).restart).toBe('no');
  });

  it('starts in order: server, replica set, schema, programs', () => {
    const done = { condition: 'service_completed_successfully' };
    expect(serviceOf('replica-set').depends_on).toEqual({ mongodb: { condition: 'service_healthy' } });
    expect(serviceOf('migrate').depends_on).toEqual({ 'replica-set': done });
    for (const program of programs) expect(serviceOf(program).depends_on.migrate).toEqual(done);
    for (const program of programs.filter((name) => name !== 'identity-manager'))
      expect(serviceOf(program).depends_on.redis).toEqual({ condition: 'service_healthy' });
  });

  it('keeps jobs: Redis appends to a file and evicts nothing, behind a password', () => {
    const { command, volumes: mounts, healthcheck } = serviceOf('redis');
    const text = command.join(' ');
    expect(text).toMatch(/^redis-server \/run\/secrets\/redis_conf /);
    expect(text).toContain('--appendonly yes');
    expect(text).toContain('--maxmemory-policy noeviction');
    expect(mounts).toEqual(['redis:/data']);
    expect(healthcheck).toHaveProperty('test');
    const url = new URL(secretText('redis_url'));
    expect([url.hostname, url.password]).toEqual(['redis', secretText('redis_password')]);
    expect(secretText('redis_conf')).toBe(`requirepass ${url.password}`);
  });

  it('keeps the record: MongoDB 8 as a replica set, with a health check and a volume', () => {
    const { image, command, volumes: mounts, healthcheck } = serviceOf('mongodb');
    expect(image).toMatch(/^mongo:8\./);
    expect(serviceOf('replica-set').image).toBe(image);
    expect(command.join(' ')).toBe('mongod --replSet rs0 --bind_ip_all');
    expect(mounts).toEqual(['mongodb:/data/db']);
    expect(healthcheck).toHaveProperty('test');
    expect(Object.keys(volumes).sort()).toEqual(['mongodb', 'redis']);
  });

  it('lets nothing but the programs reach the stores', () => {
    expect(networks.stores?.internal).toBe(true);
    for (const store of ['mongodb', 'redis']) {
      expect(serviceOf(store).networks).toEqual(['stores']);
      expect(serviceOf(store).ports).toEqual([]);
    }
  });

  it('pins every image by its full version', () => {
    const images = Object.values(services).map(({ image }) => image);
    for (const image of images)
      expect(image).toMatch(/^(envase-trace:local|(mongo|redis):\d+\.\d+\.\d+(-[a-z]+)?)$/);
  });
});

describe('the replica set’s first start', () => {
  function runScript(status: () => unknown) {
    const done: string[] = [];
    const hellos = [false, true];
    const context = createContext({
      rs: { status, initiate: (config: object) => done.push(JSON.stringify(config)) },
      db: { hello: () => ({ isWritablePrimary: hellos.shift() }) },
      sleep: (ms: number) => done.push(`sleep ${ms}`),
    });
    runInContext(serviceOf('replica-set').command.at(-1) ?? '', context);
    return done;
  }

  it('makes the set once and waits until it takes writes', () => {
    const done = runScript(() => {
      throw Object.assign(new Error('no replset config has been received'), {
        codeName: 'NotYetInitialized',
      });
    });
    expect(done).toEqual(['{"_id":"rs0","members":[{"_id":0,"host":"mongodb:27017"}]}', 'sleep 200']);
  });

  it('leaves a set that is there alone, and does not hide another fault', () => {
    expect(runScript(() => ({ ok: 1 }))).toEqual(['sleep 200']);
    const refuse = () => {
      throw Object.assign(new Error('requires authentication'), { codeName: 'Unauthorized' });
    };
    expect(() => runScript(refuse)).toThrow('requires authentication');
  });
});

describe('make-secrets.sh', () => {
  it('makes every secret the compose file names, strong ones, and never makes one again', () => {
    const files = Object.values(secrets).map(({ file }) => basename(file));
    expect(readdirSync(join(folder, 'secrets')).sort()).toEqual(files.sort());
    expect(createKeyRing(parseKeyRing(secretText('key_ring'))).seal('text', 'owner')).toMatch(/^v1\.k1\./);
    const strong = ['secret_pepper', 'operator_password', 'admin_token', 'redis_password'].map(secretText);
    expect(new Set(strong).size).toBe(4);
    for (const secret of strong) expect(secret).toMatch(/^[0-9a-f]{24,}$/);
    const before = files.map(secretText);
    expect(makeSecrets()).toBe('');
    expect(files.map(secretText)).toEqual(before);
  });

  it('lets only the owner into the folder, and containers read the files', () => {
    expect(statSync(join(folder, 'secrets')).mode & 0o777).toBe(0o700);
    for (const file of readdirSync(join(folder, 'secrets')))
      expect(statSync(join(folder, 'secrets', file)).mode & 0o777).toBe(0o444);
  });

  it('writes where neither git nor the image looks', () => {
    for (const path of ['docker/secrets/key_ring', 'docker/.env'])
      expect(spawnSync('git', ['check-ignore', '--quiet', path], { cwd: root }).status).toBe(0);
    expect(readText('.dockerignore').split('\n')).toEqual(
      expect.arrayContaining(['docker/secrets', '**/.env', '.git', '.data', '**/node_modules']),
    );
  });
});
