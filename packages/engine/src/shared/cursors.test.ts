import { describe, expect, test } from 'vitest';

import { TestEnvironment } from '../testing/test-environment.ts';
import { Cursors, meaningOf } from './cursors.ts';
import { isRefused } from './outcomes.ts';

/** Short digests must differ here as well, so it hashes after a fashion. */
class HashingEnvironment extends TestEnvironment {
  override sha256(text: string): string {
    let hash = 7n;
    for (const character of text)
      hash = BigInt.asUintN(64, hash * 1_099_511_628_211n + BigInt(character.codePointAt(0) ?? 0));
    return hash.toString(16).padStart(16, '0');
  }
}

const environment = new HashingEnvironment();

function cursorsOf(filters: Readonly<Record<string, unknown>>): Cursors {
  return new Cursors(environment, ['list', meaningOf(filters)]);
}

describe('a cursor', () => {
  const cursor = cursorsOf({ type: 'a', from: '2026-04-01T00:00:00Z', to: '2026-04-02T00:00:00.500Z' }).write(['id']);

  test.each([
    { to: '2026-04-02T00:00:00.5Z', type: 'a', from: '2026-04-01T00:00:00+00:00' },
    { from: '2026-04-01T00:00:00.000000Z', resource: undefined, to: '2026-04-02T00:00:00.500+00:00', type: 'a' },
  ])('is good for the same filters, however they are written: %j', (filters) => {
    expect(cursorsOf(filters).read(cursor)).toEqual(['id']);
  });

  test.each([
    { type: 'a', from: '2026-04-01T00:00:00.001Z', to: '2026-04-02T00:00:00.500Z' },
    { type: 'a', from: '2026-04-01T00:00:00Z' },
    { type: 'A', from: '2026-04-01T00:00:00Z', to: '2026-04-02T00:00:00.500Z' },
    { resource: 'a', from: '2026-04-01T00:00:00Z', to: '2026-04-02T00:00:00.500Z' },
  ])('is refused for others: %j', (filters) => {
    expect(isRefused(cursorsOf(filters).read(cursor))).toBe(true);
  });

  test('takes names for names, also those that look like times', () => {
    const ofName = cursorsOf({ requester: '2026-04-01T00:00:00Z' }).write(['id']);
    expect(isRefused(cursorsOf({ requester: '2026-04-01T00:00:00+00:00' }).read(ofName))).toBe(true);
  });

  test('of the version before goes on being good where its filters were in order and its times as Dates have them', () => {
    const before = new Cursors(environment, ['list', { from: '2026-04-01T00:00:00.000Z', type: 'a' }]).write(['id']);
    expect(cursorsOf({ type: 'a', from: '2026-04-01T00:00:00Z' }).read(before)).toEqual(['id']);
    const unfiltered = new Cursors(environment, ['list', {}]).write(['id']);
    expect(cursorsOf({}).read(unfiltered)).toEqual(['id']);
  });
});
