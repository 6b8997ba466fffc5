import { expect } from 'vitest';

import type { StoryStore } from '../programs/world-stores.ts';
import { findBreaches } from './run/add-up.ts';
import { read, readBooks } from './run/books.ts';
import { Stage } from './run/world.ts';

/** Far more than a command or a read settles along. */
const holdCount = 300;
const unitsOfEach = 10;
const granted = holdCount * unitsOfEach;
const ttlSeconds = 60;
const customer = 'ada';

/** Many holds that take all there is lapse at the same moment: they are over at once, and their credits there once. */
export async function checkLapse(storyStore: StoryStore): Promise<void> {
  const stage = await Stage.open(storyStore);
  try {
    const ids = await holdEverything(stage);
    stage.moveTo(stage.nowMs + ttlSeconds * 1_000);
    await expectExpired(stage, ids);
    await expectNothingPromisedTwice(stage);
    await expectEverythingBack(stage);
  } finally {
    await stage.close();
    await storyStore.dispose();
  }
}

async function holdEverything(stage: Stage): Promise<readonly string[]> {
  await write(stage, 'createMetric', { key: 'units' });
  await write(stage, 'createMeteringRule', { billable_metric_key: 'units', cost_type: 'per_unit', unit_cost: 1 });
  await write(stage, 'topUp', { external_customer_id: customer, credits: granted });
  const holds = await Promise.all(Array.from({ length: holdCount }, () => hold(stage, unitsOfEach)));
  expect(await hold(stage, 1)).toBeUndefined();
  return holds.flatMap((id) => id ?? []);
}

/** A hold's id, or undefined if there wasn't enough. */
async function hold(stage: Stage, units: number): Promise<string | undefined> {
  const ids = { external_customer_id: customer, billable_metric_key: 'units' };
  const body = { ...ids, estimated_units: units, ttl_seconds: ttlSeconds };
  const { outcome } = await stage.call({ operationId: 'createHold', input: { body } });
  if (!outcome.ok && outcome.code !== 'insufficient_credits') throw new Error(JSON.stringify(outcome));
  return outcome.ok ? (outcome.value as { id: string }).id : undefined;
}

async function write(
  stage: Stage,
  operationId: 'createMetric' | 'createMeteringRule' | 'topUp',
  body: object,
): Promise<void> {
  const { outcome } = await stage.call({ operationId, input: { body } });
  if (!outcome.ok) throw new Error(JSON.stringify(outcome));
}

async function expectExpired(stage: Stage, ids: readonly string[]): Promise<void> {
  expect(ids).toHaveLength(holdCount);
  const statuses = await Promise.all(
    ids.map(async (id) => ((await read(stage, 'getHold', { path: { id } })) as { status: string }).status),
  );
  expect(new Set(statuses)).toEqual(new Set(['expired']));
  const path = { external_id: customer };
  const listed = await read(stage, 'listHoldsByExternalId', { path, query: { status: 'active' } });
  expect(listed).toMatchObject({ data: [] });
  const { outcome } = await stage.call({ operationId: 'releaseHold', input: { path: { id: ids.at(-1) } } });
  expect(outcome).toMatchObject({ ok: false, code: 'reservation_expired' });
}

/** Whatever has been settled by now, new holds get no more than there is. */
async function expectNothingPromisedTwice(stage: Stage): Promise<void> {
  const units = granted / 6;
  const holds = await Promise.all(Array.from({ length: 12 }, () => hold(stage, units)));
  const promised = units * holds.filter((id) => id !== undefined).length;
  expect(promised).toBeGreaterThan(0);
  expect(promised).toBeLessThanOrEqual(granted);
  const books = await readBooks(stage, customer);
  expect(findBreaches(books)).toEqual([]);
  expect(books.account.reserved_balance).toBeGreaterThanOrEqual(promised);
}

async function expectEverythingBack(stage: Stage): Promise<void> {
  stage.moveTo(stage.nowMs + ttlSeconds * 1_000);
  await stage.sweep();
  const books = await readBooks(stage, customer);
  expect(findBreaches(books)).toEqual([]);
  expect(books.account).toMatchObject({ balance: granted, reserved_balance: 0, effective_balance: granted });
  expect(books.account.blocks).toMatchObject([{ remaining_amount: granted, held_amount: 0 }]);
  const audit = await read(stage, 'auditAccountByExternalId', { path: { external_id: customer } });
  expect(audit).toMatchObject({ consistent: true, faults: [] });
}
