import { expect, test } from 'vitest';

import { startFakeServer } from '../testing/fake-server.ts';
import { readReturnTime } from './due-holds.ts';

const expiries = new Map([
  ['one', 1_000_000],
  ['two', 1_000_500],
]);

interface Row {
  readonly reference_id: string | null;
  readonly reserved_delta: number;
}

const returned = (reference_id: string): Row => ({ reference_id, reserved_delta: -10 });

/** When the credits are back, by a server whose sweeps end at these times and whose ledger has these pages. */
async function returnTimeWith(sweepEndsMs: readonly number[], pages: readonly (readonly Row[])[]) {
  const sweeps = [...sweepEndsMs];
  await using server = await startFakeServer(({ path }) => {
    if (path === '/metrics') {
      const endSeconds = Number(sweeps.length > 1 ? sweeps.shift() : sweeps[0]) / 1_000;
      return { status: 200, body: `a 1\nholdfast_sweep_last_success_timestamp_seconds ${endSeconds}\nb 2\n` };
    }
    const page = Number(new URL(path, 'http://localhost').searchParams.get('cursor') ?? 0);
    const next_cursor = page + 1 < pages.length ? String(page + 1) : null;
    return { status: 200, body: { data: pages[page], pagination: { next_cursor } } };
  });
  return await readReturnTime({ url: server.url, customers: 1 }, expiries, Promise.resolve());
}

test('finds the end of the first sweep after the last hold lapsed', async () => {
  const ledger = [[returned('two')], [returned('one'), { reference_id: 'one', reserved_delta: 10 }]];
  expect(await returnTimeWith([1_000_100, 1_000_501, 1_000_900], ledger)).toBe(1_000_900);
});

test('takes the server’s word only if the ledger confirms it', async () => {
  const held = { reference_id: 'one', reserved_delta: 10 };
  await expect(returnTimeWith([1_000_900], [[returned('two'), held]])).rejects.toThrow('the credits of 1 holds');
  const twice = [[returned('one'), returned('two')], [returned('one')]];
  await expect(returnTimeWith([1_000_900], twice)).rejects.toThrow('the hold one came back twice');
});
