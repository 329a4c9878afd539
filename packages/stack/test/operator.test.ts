import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '@envase/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { boxNumber } from '../src/demo/box-number.ts';
import { portOffsets } from '../src/launch/ports.ts';
import { runCommand } from './commands.ts';
import { isAbout, startTestStack, startTestTms, type TestStack, type TestTms } from './test-stack.ts';

// What an operator tells a platform that runs.
let test: TestStack;
let tms: TestTms;
beforeAll(async () => {
  test = await startTestStack();
  tms = await startTestTms(test.stack.file);
}, 240_000);
afterAll(async () => {
  await tms.stop();
  await test.remove();
}, 60_000);

async function envase(...args: string[]) {
  const { out, err, code } = await runCommand('envase.ts', ['--data', test.dataDir, '--json', ...args]);
  expect({ err, code }).toEqual({ err: '', code: 0 });
  return JSON.parse(out);
}

async function publish(number: string) {
  const where = { orgId: tms.orgId, svcId: tms.svcId, providerId: 'bnsf' };
  const { items } = await tms.envase.traceContainers({ ...where, numbers: [number] });
  expect(items).toMatchObject([{ outcome: 'tracking' }]);
  return items[0]?.traceId ?? '';
}

it('pauses a provider: its boxes are taken, wait and say why, and go on when the pause is taken back', async () => {
  const reason = 'their outage';
  const made = await envase('pause', 'provider', 'bnsf', '--reason', reason);
  expect(made).toMatchObject({ kind: 'provider', id: 'bnsf', reason, until: null });
  expect(await envase('pause', 'list')).toEqual([made]);
  // The help promises that every program has heard of it by then.
  const heededBy = Date.parse(made.since) + 2_000;
  await waitFor(() => Date.now() > heededBy, { what: 'the pause to be heeded' });
  const number = boxNumber(1, 0);
  const traceId = await publish(number);
  const blockedBy = [{ what: 'provider_paused', until: null }];
  expect(await tms.envase.traces.explain(traceId)).toMatchObject({ last: null, blockedBy });
  expect(await envase('trace', 'explain', traceId)).toMatchObject({ last: null, blockedBy });
  expect(await envase('unpause', 'provider', 'bnsf')).toEqual(made);
  await tms.hears(isAbout(number), { what: 'the first result, after the pause', timeoutMs: 30_000 });
  const { ok, chains } = await envase('audit', 'verify', '--chain', 'platform');
  expect({ ok, rows: chains[0].rows }).toEqual({ ok: true, rows: 2 });
}, 240_000);

it('reads kept answers anew, and exports a report', async () => {
  const replayed = await runCommand('envase.ts', [
    ...['--data', test.dataDir, '--json', 'replay', '--provider', 'bnsf'],
    ...['--since', '2026-01-01'],
  ]);
  expect(replayed.code, replayed.err).toBe(0);
  expect(JSON.parse(replayed.out)).toMatchObject({ provider: 'bnsf', different: 0, written: 0 });
  const file = join(test.dataDir, 'deliveries.csv');
  const about = ['--report', 'deliveries', '--format', 'csv', '--out', file];
  const exported = await runCommand('envase.ts', ['--data', test.dataDir, 'reports', 'export', ...about]);
  expect(exported.code, exported.err).toBe(0);
  expect(readFileSync(file, 'utf8')).toMatch(/^\w+(,\w+)+\r?\n/);
}, 240_000);

it('hears from every program whether it lives, is ready, and what it has done', async () => {
  const { connectDataAdmin, webhookDeliveryAdmin } = portOffsets;
  for (let offset = connectDataAdmin; offset <= webhookDeliveryAdmin; offset += 1)
    for (const path of ['/health/live', '/health/ready', '/metrics']) {
      const { status } = await fetch(`http://127.0.0.1:${test.portBase + offset}${path}`);
      expect({ offset, path, status }).toEqual({ offset, path, status: 200 });
    }
});

it('sets how often boxes are traced: what is planned then follows it, and says so', async () => {
  let boxes = 1;
  const explainOne = async () => {
    boxes += 1;
    const number = boxNumber(1, boxes);
    const traceId = await publish(number);
    await tms.hears(isAbout(number), { what: 'the first result' });
    return tms.envase.traces.explain(traceId);
  };
  const rule = (await explainOne()).next?.rule ?? '';
  const about = [rule, '--provider', 'bnsf'] as const;
  const made = await envase('rule', 'set', ...about, '--every', '7m');
  expect(made).toMatchObject({ provider: 'bnsf', id: rule, everyMs: 420_000 });
  const { next } = await waitFor(
    async () => {
      const explained = await explainOne();
      return explained.next?.inputs.setBy === 'operator' && explained;
    },
    { what: 'the rule to be taken up' },
  );
  expect(next).toMatchObject({ rule, inputs: { intervalMs: 420_000 } });
  expect(next?.losers.map((loser) => loser.rule)).toContain(`${rule} (default)`);
  expect(await envase('rule', 'list')).toEqual([made]);
  expect(await envase('rule', 'remove', ...about)).toEqual(made);
  const refused = await runCommand('envase.ts', [
    '--data',
    test.dataDir,
    'rule',
    'set',
    rule,
    '--every',
    '7',
  ]);
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('--every is 1 minute to 30 days') });
}, 240_000);
