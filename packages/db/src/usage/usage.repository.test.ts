import { describe, expect, it } from 'vitest';
import { tenant } from '../../test/documents.ts';
import { useDatabase } from '../../test/open-database.ts';
import { readAllPages } from '../../test/read-all-pages.ts';

const db = useDatabase();
const usage = () => db().repositories.usage;
const none = { published: 0, tracing: 0, providerRequests: 0, delivered: 0, failed: 0 };
const day = (date: string) => new Date(date);
const november = { since: day('2026-11-01'), until: day('2026-12-01') };

describe('usage', () => {
  it('adds up what is counted, however it arrives', async () => {
    const row = { date: '2026-11-05', orgId: 'org-sum', svcId: 'svc-1' };
    await usage().add([
      { ...row, published: 2 },
      { ...row, delivered: 5 },
    ]);
    await Promise.all(Array.from({ length: 20 }, () => usage().add([{ ...row, published: 1, failed: 2 }])));
    const range = { since: day('2026-11-05'), until: day('2026-11-06') };
    const { items } = await usage().list(tenant(['org-sum', '*']), range, { limit: 5 });
    expect(items).toEqual([{ ...none, date: '2026-11-05', published: 22, delivered: 5, failed: 40 }]);
  });

  it('counts for the organizations and services of the tenant alone', async () => {
    const date = '2026-11-06';
    await usage().add([
      { date, orgId: 'org-own', svcId: 'svc-1', published: 1 },
      { date, orgId: 'org-own', svcId: 'svc-2', published: 10 },
      { date, orgId: 'org-more', svcId: 'svc-2', published: 100 },
      { date, orgId: 'org-foreign', svcId: 'svc-1', published: 1_000 },
    ]);
    const range = { since: day(date), until: day('2026-11-07') };
    const published = async (...grants: [string, string][]) =>
      (await usage().list(tenant(...grants), range, { limit: 5 })).items[0]?.published;
    expect(await published(['org-own', 'svc-1'])).toBe(1);
    expect(await published(['org-own', '*'])).toBe(11);
    expect(await published(['org-own', 'svc-1'], ['org-more', '*'])).toBe(101);
    expect(await published(['org-else', '*'])).toBe(0);
  });

  it('has every day of the range, oldest first, over pages', async () => {
    await usage().add([{ date: '2026-11-30', orgId: 'org-range', svcId: 's', tracing: 3 }]);
    const who = tenant(['org-range', '*']);
    const days = await readAllPages((page) => usage().list(who, november, page), { limit: 7 });
    expect(days).toHaveLength(30);
    expect(days[0]).toEqual({ date: '2026-11-01', ...none });
    expect(days.at(-1)).toEqual({ date: '2026-11-30', ...none, tracing: 3 });
  });

  it.each(['2026-13-41', 'x', '2026-11-05~1'])('refuses a cursor of %s', async (id) => {
    const cursor = Buffer.from(JSON.stringify(['usage', id])).toString('base64url');
    const read = usage().list(tenant(['org-range', '*']), november, { limit: 5, cursor });
    await expect(read).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('refuses what is no count and no day', async () => {
    const row = { date: '2026-11-05', orgId: 'org-bad', svcId: 's' };
    await expect(usage().add([{ ...row, published: 0.5 }])).rejects.toThrow(TypeError);
    await expect(usage().add([{ ...row, date: '5 November' }])).rejects.toThrow(TypeError);
    await expect(usage().add([{ ...row, orgId: '' }])).rejects.toThrow(TypeError);
  });
});
