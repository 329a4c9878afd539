import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addStay } from '../../test/report-facts.ts';
import { startTestApi, type TestApi } from '../../test/start-test-api.ts';
import { type ExportOptions, exportReport } from './export-report.ts';

let api: TestApi;
const dir = mkdtempSync(join(tmpdir(), 'envase-reports-'));
const out = join(dir, 'dwell.csv');
const base = { report: 'dwell', format: 'csv', out, since: '2026-11-01', until: '2026-11-08' };
const lines: string[] = [];

beforeAll(async () => {
  api = await startTestApi();
  for (const day of [2, 3]) await addStay(api, { at: new Date(Date.UTC(2026, 10, day)) });
  await addStay(api, { at: new Date(Date.UTC(2026, 10, 3)), siteId: 'USNWK', orgId: 'org-b' });
});
afterAll(async () => {
  rmSync(dir, { recursive: true });
  await api[Symbol.asyncDispose]();
});

const run = (changes: Partial<ExportOptions> = {}) => {
  const { repositories } = api.db;
  const report = (line: string) => void lines.push(line);
  return exportReport({ repositories, now: Date.now(), report }, { ...base, ...changes });
};

it('writes the whole platform, tells how far it is, and leaves no other file', async () => {
  const summary = await run();
  expect(summary).toMatchObject({ report: 'dwell', rows: 3, bytes: readFileSync(out).length, out });
  expect(lines).toEqual(['2026-11-02  1 rows', '2026-11-03  3 rows']);
  expect(readdirSync(dir)).toEqual(['dwell.csv']);
});

it('writes for a client what the API answers it', async () => {
  const client = await api.addClient();
  await run({ clientId: client.clientId });
  const { text } = await client.get('/api/reports/dwell?since=2026-11-01&until=2026-11-08&format=csv');
  expect(readFileSync(out, 'utf8')).toBe(text);
  expect(text.split('\r\n')).toHaveLength(4);
});

it('names every option that is wrong, and writes nothing', async () => {
  const missing = join(dir, 'missing');
  await expect(run({ report: 'x', format: 'xml', since: 'soon', out: missing })).rejects.toMatchObject({
    code: 'invalid_request',
    details: [{ path: '--since' }, { path: '--report' }, { path: '--format' }],
  });
  await expect(run({ clientId: 'nobody', out: missing })).rejects.toMatchObject({ code: 'not_found' });
  await expect(run({ out: join(missing, 'x') })).rejects.toMatchObject({ code: 'invalid_request' });
  expect(existsSync(missing)).toBe(false);
});
