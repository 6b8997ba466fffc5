import { listPath, readPage } from './capacity-api.ts';

interface ListPage {
  readonly reservations: readonly { readonly reservationId: string; readonly createdAt: string }[];
  readonly nextCursor: string | null;
}

const rowsPerPage = 50;
const rowsPerStep = 200;

/** The first page, and the one that begins with the row of this number: rows are counted in steps of 200. */
export async function readListPages(url: string, deepRow: number) {
  const cursor = await walkTo(url, deepRow);
  const [first, deep] = [listPath(rowsPerPage), listPath(rowsPerPage, cursor)];
  return { first: await readWhole(url, first), deep: await readWhole(url, deep) };
}

/** Goes through the list up to a row, and looks whether each comes once and the newest first. */
async function walkTo(url: string, row: number): Promise<string> {
  const seen = new Set<string>();
  let latest = 'Z';
  let cursor: string | undefined;
  while (cursor === undefined || seen.size < row) {
    const { reservations, nextCursor } = JSON.parse(await readPage(url, listPath(rowsPerStep, cursor))) as ListPage;
    for (const { reservationId, createdAt } of reservations) {
      if (seen.has(reservationId) || createdAt > latest) throw new Error(`The list is wrong at row ${seen.size}.`);
      seen.add(reservationId);
      latest = createdAt;
    }
    if (nextCursor === null) throw new Error(`The list ends after ${seen.size} rows.`);
    cursor = nextCursor;
  }
  return cursor;
}

async function readWhole(url: string, path: string) {
  const page = await readPage(url, path);
  const { length } = (JSON.parse(page) as ListPage).reservations;
  if (length !== rowsPerPage) throw new Error(`A page of the list has ${length} rows.`);
  return { path, page, rowCount: rowsPerPage };
}
