import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { recordKinds, StoreUnavailable } from '@holdfast/engine';
import { openSqliteStore } from '@holdfast/store-sqlite';

import { exchange, lasting } from '../carry-over/recording.ts';
import type { Exchange, Request } from '../carry-over/recording.ts';
import { startOn } from '../carry-over/start-on.ts';
import { readsAfter, writeAll } from '../carry-over/workload.ts';
import { addApiKeys } from '../targets/add-api-keys.ts';
import { apiKeys } from '../targets/target.ts';
import type { SeededRandom } from './seeded-random.ts';

/** Whatever a database consists of, as a kill leaves it. */
const suffixes = ['', '-wal', '-acknowledged'] as const;

/** A database that a real workload has filled, some of it still in the log, and the right answers to all questions. */
export class SoundFile {
  readonly #folder: string;
  readonly #nowMs: number;
  readonly #answers: readonly Exchange[];

  private constructor(folder: string, nowMs: number, answers: readonly Exchange[]) {
    this.#folder = folder;
    this.#nowMs = nowMs;
    this.#answers = answers;
  }

  static async create(): Promise<SoundFile> {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-damage-'));
    const working = join(folder, 'working.sqlite');
    let nowMs = Date.parse('2100-01-01T09:01:00Z');
    const writes: Exchange[] = [];
    const run = async (work: (url: string) => Promise<void>, beforeClose = () => {}) => {
      const store = await openSqliteStore({ file: working, kinds: recordKinds });
      if (writes.length === 0) await addApiKeys(store, otherKeys);
      const server = await startOn(store, () => nowMs);
      await work(server.url);
      beforeClose();
      await server.stop();
      await store.close();
    };
    await run((url) => {
      const write = async (request: Request) => {
        const written = await exchange(url, request);
        writes.push(written);
        return written.answer;
      };
      return writeAll({ write, now: () => nowMs, advance: (milliseconds) => void (nowMs += milliseconds) });
    });
    const answers: Exchange[] = [];
    await run(
      async (url) => {
        for (let count = 0; count < 40; count += 1) await exchange(url, reservation(`late-${count}`));
        for (const read of readsAfter(writes, nowMs)) answers.push(await exchange(url, read));
      },
      () => copyDatabase(working, join(folder, 'sound.sqlite')),
    );
    return new SoundFile(folder, nowMs, answers);
  }

  /** The pages of the file and of its log, by what they hold: to draw from each kind alike. */
  places(): Readonly<Record<string, readonly Place[]>> {
    const places: Record<string, Place[]> = {};
    const add = (kind: string, place: Place) => (places[kind] ??= []).push(place);
    const main = readFileSync(this.#file(''));
    for (let offset = 0; offset < main.length; offset += pageBytes) {
      add(kindOf(main, offset), { suffix: '', offset, length: pageBytes });
    }
    for (let offset = 0; offset < 100; offset += 1) add('file header', { suffix: '', offset, length: 1 });
    const log = readFileSync(this.#file('-wal'));
    add('log header', { suffix: '-wal', offset: 0, length: 32 });
    for (let offset = 32; offset < log.length; offset += 24 + pageBytes) {
      add('log frame header', { suffix: '-wal', offset, length: 24 });
      add('log page', { suffix: '-wal', offset: offset + 24, length: pageBytes });
    }
    return places;
  }

  /** What a server makes of a copy with this bit flipped. */
  async ask({ suffix, offset }: Pick<Place, 'suffix' | 'offset'>, bit: number): Promise<Verdict> {
    const folder = mkdtempSync(join(this.#folder, 'flipped-'));
    const file = join(folder, 'holdfast.sqlite');
    copyDatabase(join(this.#folder, 'sound.sqlite'), file);
    const bytes = readFileSync(file + suffix);
    bytes[offset] = (bytes[offset] ?? 0) ^ (1 << bit);
    writeFileSync(file + suffix, bytes);
    try {
      return await this.#answersOf(file);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  dispose(): void {
    rmSync(this.#folder, { recursive: true });
  }

  async #answersOf(file: string): Promise<Verdict> {
    const opening = openSqliteStore({ file, kinds: recordKinds });
    const store = await opening.catch((error: unknown) => {
      if (error instanceof Error) return error;
      throw error;
    });
    if (store instanceof Error) {
      return { outcome: store instanceof StoreUnavailable ? 'not started' : 'not ours', wrong: [] };
    }
    const server = await startOn(store, () => this.#nowMs);
    try {
      const answers = await Promise.all(
        this.#answers.map(async (expected) => ({ expected, got: await exchange(server.url, expected) })),
      );
      const isRefused = answers.some(({ got }) => got.status === 503);
      const wrong = answers
        .filter(
          ({ expected, got }) =>
            got.status !== 503 &&
            (got.status !== expected.status || !isDeepStrictEqual(lasting(got.answer), lasting(expected.answer))),
        )
        .map(({ expected, got }) => `${got.status} ${expected.path}`);
      if (isRefused) wrong.push(...(await this.#afterDamage(server.url)));
      return { outcome: isRefused ? 'refused' : 'harmless', wrong };
    } finally {
      await server.stop();
      await store.close();
    }
  }

  /** What a server still does that knows of the damage. */
  async #afterDamage(url: string): Promise<string[]> {
    const written = await exchange(url, reservation('too late'));
    const ready = await fetch(`${url}/readyz`);
    return [
      ...(written.status === 503 ? [] : [`${written.status} for a write after damage was seen`]),
      ...(ready.status === 503 && (await ready.text()).includes('damaged')
        ? []
        : ['/readyz is ready after damage was seen']),
    ];
  }

  #file(suffix: Suffix): string {
    return join(this.#folder, `sound.sqlite${suffix}`);
  }
}

type Suffix = (typeof suffixes)[number];

export interface Place {
  readonly suffix: Suffix;
  readonly offset: number;
  readonly length: number;
}

export interface Verdict {
  readonly outcome: 'not started' | 'not ours' | 'refused' | 'harmless';
  /** Answers that are neither right nor a refusal. */
  readonly wrong: readonly string[];
}

/** A bit in the middle of such a place. */
export function drawBit(
  random: SeededRandom,
  { suffix, offset, length }: Place,
): { suffix: Suffix; offset: number; bit: number } {
  return { suffix, offset: offset + random.integer(length), bit: random.integer(8) };
}

const otherKeys = [
  { apiKey: apiKeys.test, tenantId: 'default', environment: 'test' },
  { apiKey: apiKeys.otherTenant, tenantId: 'other', environment: 'live', isAdmin: false },
] as const;

const pageBytes = 4_096;

/** See https://www.sqlite.org/fileformat2.html#b_tree_pages; what is no page of a tree is overflow, or free. */
function kindOf(file: Buffer, offset: number): string {
  const kinds: Readonly<Record<number, string>> = {
    2: 'interior of an index',
    5: 'interior of a table',
    10: 'leaf of an index',
    13: 'leaf of a table',
  };
  return offset === 0 ? 'first page' : (kinds[file[offset] ?? 0] ?? 'overflow or free');
}

function copyDatabase(from: string, to: string): void {
  for (const suffix of suffixes) if (existsSync(from + suffix)) copyFileSync(from + suffix, to + suffix);
}

function reservation(resource: string): Request {
  return {
    apiKey: 'live',
    method: 'POST',
    path: '/api/v1/Reservation/reserve',
    body: [{ requester: 'somebody', resource, metadata: { text: 'x'.repeat(3_500) } }],
  };
}
