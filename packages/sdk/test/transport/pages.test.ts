import { describe, expect, test } from 'vitest';

import { Holdfast } from '../../src/index.ts';
import { answers, scriptedFetch } from '../fakes/fake-fetch.ts';

const first = { reservations: [{ resource: 'a' }, { resource: 'b' }], nextCursor: 'c1' };
const second = { reservations: [], nextCursor: 'c2' };
const third = { reservations: [{ resource: 'c' }], nextCursor: null };
const address = '/api/v1/Reservation/activeReservations';

function client() {
  const { fetch, sent } = scriptedFetch(answers(first), answers(second), answers(third));
  const holdfast = new Holdfast({ baseUrl: 'https://holdfast.test', apiKey: 'key', fetch });
  return { holdfast, paths: () => sent.map(({ path }) => path) };
}

describe('a list', () => {
  test('awaited is its first page, asked for once', async () => {
    const { holdfast, paths } = client();
    expect(await holdfast.resources.list({ limit: 2 })).toEqual(first);
    expect(paths()).toEqual([`${address}?limit=2`]);
  });

  test('iterated is all items, with the same query for each page', async () => {
    const { holdfast, paths } = client();
    const names: string[] = [];
    for await (const { resource } of holdfast.resources.list({ limit: 2 })) names.push(resource);
    expect(names).toEqual(['a', 'b', 'c']);
    expect(paths()).toEqual([`${address}?limit=2`, `${address}?limit=2&cursor=c1`, `${address}?limit=2&cursor=c2`]);
  });

  test('asks for a page only when it is needed', async () => {
    const { holdfast, paths } = client();
    for await (const { resource } of holdfast.resources.list()) if (resource === 'b') break;
    expect(paths()).toEqual([address]);
  });

  test('goes on from a cursor that was kept', async () => {
    const { holdfast, paths } = client();
    for await (const page of holdfast.resources.list({ cursor: 'c0' }).byPage()) if (page.nextCursor === 'c2') break;
    expect(paths()).toEqual([`${address}?cursor=c0`, `${address}?cursor=c1`]);
  });

  test('can be read page by page', async () => {
    const { holdfast } = client();
    const pages = [];
    for await (const page of holdfast.resources.list().byPage()) pages.push(page);
    expect(pages).toEqual([first, second, third]);
  });

  test('ends its iteration by the error of a page', async () => {
    const { fetch } = scriptedFetch(answers(first), answers({ error: 'unauthorized', message: 'No.' }, 401));
    const holdfast = new Holdfast({ baseUrl: 'https://holdfast.test', apiKey: 'key', fetch });
    const names: string[] = [];
    const iteration = (async () => {
      for await (const { resource } of holdfast.resources.list()) names.push(resource);
    })();
    await expect(iteration).rejects.toMatchObject({ code: 'unauthorized' });
    expect(names).toEqual(['a', 'b']);
  });

  test('gives the options to every page', async () => {
    const { fetch, sent } = scriptedFetch(answers(first), answers(third));
    const holdfast = new Holdfast({ baseUrl: 'https://holdfast.test', apiKey: 'key', fetch });
    for await (const _ of holdfast.resources.list({}, { headers: { 'x-trace': '1' } }));
    expect(sent.map(({ headers }) => headers.get('x-trace'))).toEqual(['1', '1']);
  });
});

test('definitions and events are lists too', async () => {
  const { fetch } = scriptedFetch(
    answers({ definitions: [{ name: 'Printer' }], nextCursor: null }),
    answers({ events: [{ id: '7' }], nextCursor: null }),
  );
  const holdfast = new Holdfast({ baseUrl: 'https://holdfast.test', apiKey: 'key', fetch });
  for await (const { name } of holdfast.resources.definitions()) expect(name).toBe('Printer');
  for await (const { id } of holdfast.resources.eventHistory()) expect(id).toBe('7');
  expect.assertions(2);
});
