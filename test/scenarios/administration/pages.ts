import { expect, test } from 'vitest';

import type { Scenario } from '../../targets/describe-targets.ts';
import { AccessClient } from './access-client.ts';

/**
 * What each list guarantees: page by page it has what it has at once, and nothing twice.
 *
 * @param add - Adds a row.
 * @param nameOf - What tells rows apart.
 */
export function testPages(
  scenario: Scenario,
  path: string,
  add: () => Promise<unknown>,
  nameOf: 'id' | 'name',
  query: () => Readonly<Record<string, string>> = () => ({}),
): void {
  test('is read page by page, each row once, and says when there is no more', async () => {
    const client = new AccessClient(scenario);
    for (let row = 0; row < 3; row += 1) await add();
    const namesIn = (rows: readonly object[]) => rows.map((row) => (row as Record<string, unknown>)[nameOf]);
    const whole = await client.list<'listTenants'>(path, { ...query(), limit: 200 });
    expect(whole.pagination).toEqual({ has_more: false, next_cursor: null });
    const names: unknown[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await client.list<'listTenants'>(path, { ...query(), limit: 2, ...(cursor && { cursor }) });
      expect(page.data.length).toBeLessThanOrEqual(2);
      names.push(...namesIn(page.data));
      cursor = page.pagination.next_cursor;
      expect(page.pagination.has_more).toBe(cursor !== null);
    }
    expect(names).toEqual(namesIn(whole.data));
  });
}
