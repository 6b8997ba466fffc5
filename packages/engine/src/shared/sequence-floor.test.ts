import { expect, test } from 'vitest';

import { eventId } from './event-id.ts';
import { keyOfUuid, uuidOf } from './numbered-ids.ts';
import { raiseSequenceFloor } from './sequence-floor.ts';

const nowMs = Date.parse('2027-06-01T00:00:00Z');

test('a floor lies above what could have been given out until now, and rises with time', () => {
  const floor = raiseSequenceFloor(0, nowMs);
  expect(floor).toBe(((nowMs - Date.parse('2026-01-01T00:00:00Z')) / 1_000) * 4_194_304);
  expect(raiseSequenceFloor(0, nowMs + 1_000)).toBe(floor + 4_194_304);
});

test('a second floor lies above the first, whatever the clock says', () => {
  let floor = raiseSequenceFloor(0, nowMs);
  for (const clockMs of [nowMs, nowMs - 86_400_000, 0, Date.parse('2100-01-01T00:00:00Z'), 8.64e15]) {
    const next = raiseSequenceFloor(floor, clockMs);
    expect(next).toBeGreaterThan(floor + 1_000_000_000);
    floor = next;
  }
});

test('numbers after the last floor that there can be are exact, and fit into ids', () => {
  const last = 2 ** 53 - 2 ** 43;
  expect(raiseSequenceFloor(last - 2 ** 30, nowMs)).toBe(last);
  expect(() => raiseSequenceFloor(last, nowMs)).toThrow('No numbers are left');
  const highest = Number.MAX_SAFE_INTEGER;
  expect(eventId(nowMs, last) < eventId(nowMs, highest)).toBe(true);
  expect(eventId(nowMs, highest)).toHaveLength(eventId(nowMs, 0).length);
  expect(keyOfUuid(uuidOf('0123456789abcdef', highest))).toBe('0123456789abcdef');
  expect(uuidOf('0123456789abcdef', highest)).not.toBe(uuidOf('0123456789abcdef', highest - 1));
});
