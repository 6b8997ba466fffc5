import { expect } from 'vitest';

import type { WorldStore } from '../programs/world-stores.ts';
import { findBreaches } from './run/add-up.ts';
import { read, readBooks } from './run/books.ts';
import { World } from './run/world.ts';

/** Far more than a command or a read settles along. */
const holdCount = 300;
const unitsOfEach = 10;
const granted = holdCount * unitsOfEach;
const ttlSeconds = 60;
const customer = 'ada';

/** Many holds that take all there is lapse at the same moment: they are over at once, and their credits there once. */
export async function checkLapse(worldStore: WorldStore): Promise<void> {
  const world = await World.open(worldStore);
  try {
    const ids = await holdEverything(world);
    world.moveTo(world.nowMs + ttlSeconds * 1_000);
    await expectExpired(world, ids);
    await expectNothingPromisedTwice(world);
    await expectEverythingBack(world);
  } finally {
    await world.close();
    await worldStore.dispose();
  }
}

async function holdEverything(world: World): Promise<readonly string[]> {
  await write(world, 'createMetric', { key: 'units' });
  await write(world, 'createMeteringRule', { billable_metric_key: 'units', cost_type: 'per_unit', unit_cost: 1 });
  await write(world, 'topUp', { external_customer_id: customer, credits: granted });
  const holds = await Promise.all(Array.from({ length: holdCount }, () => hold(world, unitsOfEach)));
  expect(await hold(world, 1)).toBeUndefined();
  return holds.flatMap((id) => id ?? []);
}

/** A hold's id, or undefined if there wasn't enough. */
async function hold(world: World, units: number): Promise<string | undefined> {
  const ids = { external_customer_id: customer, billable_metric_key: 'units' };
  const body = { ...ids, estimated_units: units, ttl_seconds: ttlSeconds };
  const { outcome } = await world.call({ operationId: 'createHold', input: { body } });
  if (!outcome.ok && outcome.code !== 'insufficient_credits') throw new Error(JSON.stringify(outcome));
  return outcome.ok ? (outcome.value as { id: string }).id : undefined;
}

async function write(
  world: World,
  operationId: 'createMetric' | 'createMeteringRule' | 'topUp',
  body: object,
): Promise<void> {
  const { outcome } = await world.call({ operationId, input: { body } });
  if (!outcome.ok) throw new Error(JSON.stringify(outcome));
}

async function expectExpired(world: World, ids: readonly string[]): Promise<void> {
  expect(ids).toHaveLength(holdCount);
  const statuses = await Promise.all(
    ids.map(async (id) => ((await read(world, 'getHold', { path: { id } })) as { status: string }).status),
  );
  expect(new Set(statuses)).toEqual(new Set(['expired']));
  const path = { external_id: customer };
  const listed = await read(world, 'listHoldsByExternalId', { path, query: { status: 'active' } });
  expect(listed).toMatchObject({ data: [] });
  const { outcome } = await world.call({ operationId: 'releaseHold', input: { path: { id: ids.at(-1) } } });
  expect(outcome).toMatchObject({ ok: false, code: 'reservation_expired' });
}

/** Whatever has been settled by now, new holds get no more than there is. */
async function expectNothingPromisedTwice(world: World): Promise<void> {
  const units = granted / 6;
  const holds = await Promise.all(Array.from({ length: 12 }, () => hold(world, units)));
  const promised = units * holds.filter((id) => id !== undefined).length;
  expect(promised).toBeGreaterThan(0);
  expect(promised).toBeLessThanOrEqual(granted);
  const books = await readBooks(world, customer);
  expect(findBreaches(books)).toEqual([]);
  expect(books.account.reserved_balance).toBeGreaterThanOrEqual(promised);
}

async function expectEverythingBack(world: World): Promise<void> {
  world.moveTo(world.nowMs + ttlSeconds * 1_000);
  await world.sweep();
  const books = await readBooks(world, customer);
  expect(findBreaches(books)).toEqual([]);
  expect(books.account).toMatchObject({ balance: granted, reserved_balance: 0, effective_balance: granted });
  expect(books.account.blocks).toMatchObject([{ remaining_amount: granted, held_amount: 0 }]);
  const audit = await read(world, 'auditAccountByExternalId', { path: { external_id: customer } });
  expect(audit).toMatchObject({ consistent: true, faults: [] });
}
