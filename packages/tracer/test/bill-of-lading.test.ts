import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildTrace } from './build.ts';
import { loginOf, startTestTracer, type TestTracer } from './start-test-tracer.ts';

let test: TestTracer;
beforeAll(async () => {
  test = await startTestTracer({
    connections: ({ port_virginia: baseUrl }) => ({
      port_virginia: { baseUrl, credentials: { apiKey: loginOf('port_virginia', 'query key') } },
    }),
  });
});
afterAll(() => test.stop());

const number = 'MSCU1234566';
const setBill = (bill: 'optional' | 'required') =>
  test.simulator.control.setSettings({ providerId: 'port_virginia', settings: { bill } });

/** What each of these hears of the box, run at the same time. */
async function tell(...owners: { orgId: string; billOfLading?: string | null }[]) {
  const about = { number, providerId: 'port_virginia', via: 'port_virginia', siteId: 'NIT' };
  const traces = await test.insert(...owners.map((owner) => buildTrace({ ...about, ...owner })));
  await test.run(traces);
  const observed = await Promise.all(traces.map((trace) => test.observed(trace, 1)));
  return observed.map(([first]) => first?.normalized ?? null);
}

it('tells a box to those who publish its bill of lading, and of two organizations to that one alone', async () => {
  test.simulator.control.setJourney({
    number,
    providerId: 'port_virginia',
    journey: 'import',
    startAt: Date.now() - 12 * 3_600_000,
  });
  setBill('optional');
  const [open] = await tell({ orgId: 'org-0' });
  const billOfLading = open?.billOfLading ?? '';
  expect(billOfLading).not.toBe('');
  setBill('required');
  test.simulator.control.clearRequests();
  const [knowing, silent, wrong] = await tell(
    { orgId: 'org-1', billOfLading },
    { orgId: 'org-2', billOfLading: null },
    { orgId: 'org-3', billOfLading: 'ANOTHER' },
  );
  expect(knowing).toMatchObject({ found: true, billOfLading });
  expect(silent).toMatchObject({ found: false });
  expect(wrong).toMatchObject({ found: false });
});
