import { expect, test } from 'vitest';

import { startFakeServer } from '../testing/fake-server.ts';
import { readListPages } from './list-pages.ts';

interface Row {
  readonly reservationId: string;
  readonly createdAt: string;
}

/** So many reservations, one a second, newest first. */
function reservations(count: number): readonly Row[] {
  return Array.from({ length: count }, (_, index) => {
    return { reservationId: `r-${index}`, createdAt: new Date((count - index) * 1_000).toISOString() };
  });
}

/** The pages that are found with a server that has this list, whose cursors are the rows' numbers. */
async function readWith(rows: readonly Row[], deepRow: number) {
  await using server = await startFakeServer(({ path }) => {
    const query = new URL(path, 'http://localhost').searchParams;
    const [first, limit] = [Number(query.get('cursor') ?? 0), Number(query.get('limit'))];
    const nextCursor = first + limit < rows.length ? String(first + limit) : null;
    return { status: 200, body: { reservations: rows.slice(first, first + limit), nextCursor } };
  });
  return await readListPages(server.url, deepRow);
}

const firstId = (page: string) => (JSON.parse(page) as { readonly reservations: readonly Row[] }).reservations[0];

test('finds the first page and the one that begins with a row', async () => {
  const { first, deep } = await readWith(reservations(1_000), 800);
  expect(firstId(first.page)?.reservationId).toBe('r-0');
  expect(firstId(deep.page)?.reservationId).toBe('r-800');
  expect(deep).toMatchObject({ path: expect.stringMatching(/limit=50&cursor=800$/u), rowCount: 50 });
});

test.each([
  ['it is too short', reservations(600), 'The list ends after 600 rows.'],
  ['it is out of order', reservations(1_000).toReversed(), 'The list is wrong at row 1.'],
  ['a row comes twice', [...reservations(900).slice(0, 300), ...reservations(900).slice(299)], 'wrong at row 300'],
  ['the deep page is not whole', reservations(820), 'A page of the list has 20 rows.'],
])('says so when %s', async (_what, rows, said) => {
  await expect(readWith(rows, 800)).rejects.toThrow(said);
});
