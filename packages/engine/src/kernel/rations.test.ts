import { beforeEach, expect, test } from 'vitest';

import { Rations } from './rations.ts';

let turns: (() => void)[];
let begun: string[];
let rations: Rations;

beforeEach(() => {
  [turns, begun] = [[], []];
  rations = new Rations((task) => void turns.push(task), 100);
});

function begin(name: string, amount: number): void {
  const wait = rations.take(amount);
  if (wait === undefined) begun.push(name);
  else void wait.then(() => begun.push(name));
}

/** Lets the event loop turn; tells who began in it. */
async function turn(): Promise<readonly string[]> {
  begun = [];
  turns.shift()?.();
  await Promise.resolve();
  return begun;
}

test('small pieces begin at once, as many as fit in a turn', () => {
  for (let number = 0; number < 100; number += 1) begin(`${number}`, 1);
  expect(begun).toHaveLength(100);
});

test('large ones begin in their order, each in a turn of its own', async () => {
  for (const name of ['a', 'b', 'c']) begin(name, 1_000);
  expect(begun).toEqual(['a']);
  expect([await turn(), await turn(), await turn()]).toEqual([['b'], ['c'], []]);
  begin('d', 1_000);
  expect(begun).toEqual(['d']);
});

test('nobody overtakes those who wait, and what fits in a turn begins together', async () => {
  begin('a', 1_000);
  for (const name of ['b', 'c', 'd']) begin(name, 50);
  expect(begun).toEqual(['a']);
  expect([await turn(), await turn()]).toEqual([['b', 'c'], ['d']]);
});

test('nothing has to wait that is no work', () => {
  begin('a', 1_000);
  expect(rations.take(0)).toBeUndefined();
});
