import { expect, test } from 'vitest';

import { deleteDefinition } from './registration.ts';
import { takenName, TestResources } from './testing/test-resources.ts';

test('a pool cannot be made of a name that somebody holds', () => {
  const resources = new TestResources();
  resources.take('a', 'Desk');
  expect(resources.register('Desk', { capacity: 2 })).toEqual({ status: 'HELD', name: 'Desk' });
});

test('a definition can be deleted unless the name, or a slot of it, is held', () => {
  const resources = new TestResources();
  resources.define('x');
  resources.define('Printer', { capacity: 3 });
  resources.take('a', 'x', 0, 1_000);
  resources.take('a', 'Printer_2', 0, 1_000);
  const deleteAt = (nowMs: number) => ['x', 'Printer'].map((name) => deleteDefinition(resources.state, name, nowMs));
  expect(deleteAt(999)).toEqual(['HELD', 'HELD']);
  expect(deleteAt(1_000)).toEqual(['DELETED', 'DELETED']);
  expect(deleteDefinition(resources.state, 'x', 1_000)).toBe('UNKNOWN');
  expect(takenName(resources.take('b', 'Printer', 1_000))).toBe('Printer');
});
