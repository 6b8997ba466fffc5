import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';

import type { ApiKey, ApiKeyCreatedEvent, OperationId, Tenant, Tier } from '@holdfast/contract';

import type { KeyRow, KnownAccess, KnownKey } from './administration-known.ts';
import type { BrokenPromise } from './family.ts';
import { inParallel } from './in-parallel.ts';
import type { WireClient } from './wire-client.ts';

/** How long after its acknowledgement a change may go unheeded by other processes. */
const heededMs = 5_000;

/** How long to wait between two questions for that. */
const pauseMs = 50;

/** Without when it was used last, which changes by itself, and without its value. */
export function keyRow(key: ApiKey & { readonly api_key?: string | null }): KeyRow {
  return { ...key, last_used_at: undefined, api_key: undefined } as KeyRow;
}

/** Holds what was answered against the server's lists and events, and tries the keys. */
export async function findBrokenAccess(known: KnownAccess, client: WireClient): Promise<readonly BrokenPromise[]> {
  const broken: BrokenPromise[] = [];
  const expect = (isKept: boolean, promise: string, about: string, ...details: readonly unknown[]) => {
    if (isKept) return;
    const evidence = [...details.map((detail) => JSON.stringify(detail)), ...known.journalOf(about)];
    broken.push({ promise: `${promise} (${about})`, evidence });
  };

  const tenants = Map.groupBy(await readPages<Tenant>(client, 'listTenants'), ({ id }) => id);
  for (const [id, { row }] of known.tenants) {
    expect(isDeepStrictEqual(tenants.get(id), [row]), 'A tenant is there as answered, once.', id, tenants.get(id));
  }
  const foreign = [...tenants.values()]
    .flat()
    .filter(({ id, name }) => name.includes('worker') && !known.tenants.has(id));
  expect(foreign.length === 0, 'Every tenant was answered to somebody.', 'createTenant', ...foreign);
  const tiers = new Map((await readPages<Tier>(client, 'listTiers')).map((tier) => [tier.name, tier]));
  for (const name of new Set([...known.tiers.keys(), ...[...tiers.keys()].filter((each) => each.includes('worker'))])) {
    const isSame = isDeepStrictEqual(tiers.get(name), known.tiers.get(name));
    expect(isSame, 'A tier is there as answered.', name, tiers.get(name));
  }

  await inParallel(
    [...known.tenants.keys()].filter((id) => known.changed.has(id)),
    async (id) => {
      const query = (environment: string) => ({ tenant_id: id, environment });
      const live = await readPages<ApiKey>(client, 'listApiKeys', query('live'));
      const listed = [...live, ...(await readPages<ApiKey>(client, 'listApiKeys', query('test')))].map(keyRow);
      const expected = known.keysOf(id).map(({ row }) => row);
      const isSame = isDeepStrictEqual(listed.toSorted(byId), expected.toSorted(byId));
      expect(isSame, 'All keys of a tenant are there as answered.', id, listed, expected);
    },
  );
  await inParallel(
    [...known.keys.values()].filter(({ row }) => known.changed.has(row.id)),
    async (key) => {
      for (const [value, status] of expectedAnswers(known, key)) {
        const answered = await untilStatus(client.withKey(value), status);
        expect(answered === status, `A key that is shown is answered with ${status}.`, key.row.id, answered, value);
      }
    },
  );
  const created = await readPages<ApiKeyCreatedEvent>(client, 'listCreditEvents', { type: 'key.created' });
  const times = Map.groupBy(created, ({ data }) => data.api_key_id);
  for (const id of known.keys.keys()) {
    expect(times.get(id)?.length === 1, 'That a key was made is told once.', id, times.get(id));
  }
  known.changed.clear();
  return broken;
}

/** With which statuses the values of a key must be answered. */
function expectedAnswers(known: KnownAccess, { row, value, ended }: KnownKey): readonly (readonly [string, number])[] {
  const isSuspended = known.tenants.get(row.tenant_id)?.row.suspended === true;
  const present = value === undefined ? [] : [[value, isSuspended ? 403 : 200] as const];
  return [...present, ...ended.slice(-2).map((each) => [each, 401] as const)];
}

/** Another process may not have heard yet what was changed. Resolves to the status that stays. */
async function untilStatus(client: WireClient, expected: number): Promise<number> {
  const endsAtMs = performance.now() + heededMs;
  for (;;) {
    const askedAtMs = performance.now();
    const { status } = await client.send({ operationId: 'getLimits' });
    if (status === expected || askedAtMs > endsAtMs) return status;
    await delay(pauseMs);
  }
}

function byId(one: KeyRow, other: KeyRow): number {
  return one.id < other.id ? -1 : 1;
}

/** All rows of a list, over all of its pages. */
async function readPages<Row>(
  client: WireClient,
  operationId: OperationId,
  filter: Readonly<Record<string, string>> = {},
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const query = { limit: '100', ...filter, ...(cursor === '' ? {} : { cursor }) };
    const page: Page<Row> = await client.read({ operationId, query });
    rows.push(...page.data);
    cursor = page.pagination.next_cursor;
  }
  return rows;
}

interface Page<Row> {
  readonly data: readonly Row[];
  readonly pagination: { readonly next_cursor: string | null };
}
