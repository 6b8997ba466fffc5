import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { uuidV7 } from '../../src/transport/uuid-v7.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const timeOf = (uuid: string) => Number.parseInt(uuid.replace('-', '').slice(0, 12), 16);

/** Later than every time that another test of this program may have seen. */
let lastMs = Date.now();
const setLaterTime = () => vi.setSystemTime((lastMs += 1_000_000));

describe('a UUIDv7', () => {
  test('has the form, the version and the variant of RFC 9562, and begins with the time', () => {
    setLaterTime();
    for (let made = 0; made < 1_000; made++) {
      const uuid = uuidV7();
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(timeOf(uuid)).toBe(Date.now());
      vi.setSystemTime(++lastMs);
    }
  });

  test('is greater than all before it, within one millisecond and after the clock was set back', () => {
    setLaterTime();
    const made = Array.from({ length: 50_000 }, uuidV7);
    vi.setSystemTime(Date.now() - 3_600_000);
    made.push(...Array.from({ length: 50_000 }, uuidV7));
    expect(made).toEqual(made.toSorted());
    expect(new Set(made).size).toBe(100_000);
    expect(timeOf(made.at(-1)!) - timeOf(made[0]!)).toBeLessThan(100);
    setLaterTime();
    expect(timeOf(uuidV7())).toBe(Date.now());
  });

  test('of one millisecond shares no more with those of other programs than the time', async () => {
    setLaterTime();
    const programs = await Promise.all(
      Array.from({ length: 64 }, async () => {
        vi.resetModules();
        const other = await import('../../src/transport/uuid-v7.ts');
        return Array.from({ length: 64 }, other.uuidV7);
      }),
    );
    const all = programs.flat();
    expect(new Set(all.map((uuid) => uuid.slice(19))).size).toBe(all.length);
    const randomBits = all.map((uuid) => BigInt(`0x${uuid.slice(19).replace('-', '')}`) & (2n ** 62n - 1n));
    for (let bit = 0n; bit < 62n; bit++) {
      const ones = randomBits.filter((bits) => (bits >> bit) & 1n).length;
      expect(Math.abs(ones - all.length / 2), `bit ${bit}`).toBeLessThan(all.length / 8);
    }
  });

  test('needs nothing of crypto but getRandomValues', () => {
    const { crypto } = globalThis;
    vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) });
    setLaterTime();
    expect(timeOf(uuidV7())).toBe(Date.now());
  });
});
