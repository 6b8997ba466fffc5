/** Guarantees of each list of this family. */
import { expect, test } from 'vitest';

import type { Scenario } from '../../targets/describe-targets.ts';
import { CreditClient } from './credit-client.ts';

/** A list to which rows can be added. */
export interface GrowingList {
  /** With the query, if any. */
  readonly path: string;
  /** Adds so many rows, each at the same time, and resolves to what tells them apart. */
  add(count: number): Promise<readonly string[]>;
}

interface Page {
  readonly data: readonly Readonly<Record<string, unknown>>[];
  readonly pagination: { readonly has_more: boolean; readonly next_cursor: string | null };
}

/** @param keyName - The member of a row that tells it apart. */
export function testPaging(
  scenario: Scenario,
  begin: (credits: CreditClient) => Promise<GrowingList>,
  keyName = 'id',
): void {
  const { clock, send } = scenario;
  const credits = new CreditClient(scenario);

  async function list(path: string, query: Readonly<Record<string, string | number>> = {}): Promise<Page> {
    const text = new URLSearchParams(
      Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
    );
    const { status, json } = await send('GET', `${path}${path.includes('?') ? '&' : '?'}${text.toString()}`);
    expect(status).toBe(200);
    return json as Page;
  }
  const keysOf = ({ data }: Page) => data.map((row) => row[keyName] as string);

  test('is newest first', async () => {
    const { path, add } = await begin(credits);
    const keys: string[] = [];
    for (let round = 0; round < 4; round += 1) {
      await clock.advance({ milliseconds: 1 });
      keys.unshift(...(await add(1)));
    }
    expect(keysOf(await list(path)).slice(0, 4)).toEqual(keys);
  });

  test('has 50 rows a page unless told, and 200 at most', async () => {
    const { path, add } = await begin(credits);
    await add(51);
    expect((await list(path)).data).toHaveLength(50);
    expect((await list(path, { limit: 200 })).data.length).toBeGreaterThan(50);
    expect(await send('GET', `${path}${path.includes('?') ? '&' : '?'}limit=201`)).toMatchObject({ status: 400 });
  });

  test('says that there is more, and how to go on, on each page but the last', async () => {
    const { path, add } = await begin(credits);
    await add(2);
    const keys: string[] = [];
    let page = await list(path, { limit: 200 });
    const all = keysOf(page);
    for (
      page = await list(path, { limit: 1 });
      ;
      page = await list(path, { limit: 1, cursor: page.pagination.next_cursor ?? '' })
    ) {
      keys.push(...keysOf(page));
      if (keys.length === Math.min(all.length, 12)) break;
      expect(page.pagination).toEqual({ has_more: true, next_cursor: expect.any(String) });
    }
    expect(keys).toEqual(all.slice(0, keys.length));
    const rest = await list(path, { limit: all.length });
    if (all.length < 200) expect(rest.pagination).toEqual({ has_more: false, next_cursor: null });
  });

  test('goes on with another limit', async () => {
    const { path, add } = await begin(credits);
    await add(4);
    const all = keysOf(await list(path));
    const { pagination } = await list(path, { limit: 1 });
    expect(keysOf(await list(path, { limit: 3, cursor: pagination.next_cursor ?? '' }))).toEqual(all.slice(1, 4));
  });

  test('neither skips nor repeats a row, of the same time too, while others are added', async () => {
    const { path, add } = await begin(credits);
    await clock.advance({ milliseconds: 1 });
    const lasting = [...(await add(6))];
    await clock.advance({ milliseconds: 1 });
    lasting.push(...(await add(6)));
    const seen: string[] = [];
    let page = await list(path, { limit: 5 });
    for (let round = 0; page.pagination.next_cursor !== null; round += 1) {
      seen.push(...keysOf(page));
      if (lasting.every((key) => seen.includes(key))) break;
      if (round % 2 === 0) await clock.advance({ milliseconds: 1 });
      await add(2);
      page = await list(path, { limit: 5, cursor: page.pagination.next_cursor });
    }
    if (page.pagination.next_cursor === null) seen.push(...keysOf(page));
    expect(seen).toEqual([...new Set(seen)]);
    expect(seen).toEqual(expect.arrayContaining(lasting));
  });

  test('is there for HEAD too, without a body', async () => {
    const { path } = await begin(credits);
    expect(await send('HEAD', path)).toMatchObject({ status: 200, text: '' });
  });
}
