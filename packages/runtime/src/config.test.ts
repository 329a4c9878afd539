import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError, loadConfig } from './config.ts';

const folder = mkdtempSync(join(tmpdir(), 'config-'));
afterAll(() => rmSync(folder, { recursive: true }));

const schema = z.object({
  MONGODB_URI: z.string().describe('where MongoDB is'),
  PORT: z.coerce.number().int().min(1).max(65_535).default(3000),
  LOG_LEVEL: z.enum(['info', 'debug']).optional(),
});

function faultsOf(env: Record<string, string | undefined>): readonly string[] {
  try {
    loadConfig(schema, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe('loadConfig', () => {
  it('answers parsed values and defaults', () => {
    expect(loadConfig(schema, { MONGODB_URI: ' mongodb://h ', LOG_LEVEL: '', PORT: '  ' })).toEqual({
      MONGODB_URI: 'mongodb://h',
      PORT: 3000,
    });
  });

  it('reads a secret from the file that NAME_FILE names, without its line end', () => {
    const path = join(folder, 'uri');
    writeFileSync(path, 'mongodb://from-file\n');
    expect(loadConfig(schema, { MONGODB_URI_FILE: path }).MONGODB_URI).toBe('mongodb://from-file');
  });

  it('names every fault at once, with what to do, and no value', () => {
    const faults = faultsOf({ PORT: '99999-canary', LOG_LEVEL: 'canary' });
    expect(faults).toHaveLength(3);
    expect(faults[0]).toBe(
      'MONGODB_URI is missing (where MongoDB is): set MONGODB_URI, or MONGODB_URI_FILE to a file that holds it',
    );
    expect(faults[1]).toMatch(/^PORT is wrong: /);
    expect(faults[2]).toMatch(/^LOG_LEVEL is wrong: .*"info"/);
    expect(faults.join()).not.toContain('canary');
  });

  it('refuses a variable given in both forms, an empty file and a missing one, once each', () => {
    const empty = join(folder, 'empty');
    writeFileSync(empty, ' \n');
    expect(faultsOf({ MONGODB_URI: 'a', MONGODB_URI_FILE: empty })).toEqual([
      'MONGODB_URI and MONGODB_URI_FILE are both set: keep one of them',
    ]);
    expect(faultsOf({ MONGODB_URI_FILE: empty })[0]).toMatch(/^MONGODB_URI_FILE names an empty file/);
    expect(faultsOf({ MONGODB_URI_FILE: join(folder, 'none') })).toEqual([
      'MONGODB_URI_FILE names a file that cannot be read (ENOENT): correct the path or its permissions',
    ]);
  });

  it('takes NAME_FILE as itself where the schema has such a variable', () => {
    const own = z.object({ RULES: z.string().optional(), RULES_FILE: z.string() });
    expect(loadConfig(own, { RULES_FILE: '/no/such/file' })).toEqual({ RULES_FILE: '/no/such/file' });
  });

  it('checks what spans several variables and ignores variables of others', () => {
    const pair = z.object({ MIN: z.coerce.number(), MAX: z.coerce.number() });
    const ordered = pair.refine((v) => v.MIN <= v.MAX, { message: 'MIN is above MAX: swap them' });
    expect(() => loadConfig(ordered, { MIN: '2', MAX: '1', PATH: 'x' })).toThrow('MIN is above MAX');
    expect(loadConfig(ordered, { MIN: '1', MAX: '2', PATH: 'x' })).toEqual({ MIN: 1, MAX: 2 });
  });

  it('never prints a value, whatever it is', () => {
    const strict = z.object({ A: z.url(), B: z.coerce.number(), C: z.enum(['x']), D: z.string().length(3) });
    const value = fc.string({ minLength: 6, unit: 'grapheme-ascii' }).map((text) => `~${text.trim()}~`);
    fc.assert(
      fc.property(value, (text) => {
        const env = { A: text, B: text, C: text, D: text };
        try {
          loadConfig(strict, env);
        } catch (error) {
          return error instanceof ConfigError && error.faults.length === 4 && !error.message.includes(text);
        }
        return false;
      }),
    );
  });
});
