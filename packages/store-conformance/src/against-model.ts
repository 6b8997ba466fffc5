import type { Commit, ReadRequest, ReadResult, Snapshot, Store, Write } from '@holdfast/engine/store';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { NaiveModel } from './naive-model.ts';
import { allKeys, partitionCount, steps } from './random-sequences.ts';
import type { RandomWrite, Step } from './random-sequences.ts';
import type { StoreTraits, StoreUnderTest } from './store-under-test.ts';
import { newPartition, receipts, tickets } from './test-kinds.ts';
import { headAt, tryCommit, write } from './writing.ts';

export function testAgainstModel(opened: () => StoreUnderTest, traits: StoreTraits): void {
  test('random sequences do what a naive model does', async () => {
    let ran = 0;
    const property = fc.asyncProperty(steps, async (sequence) => {
      const comparison = new Comparison(opened().store, traits);
      try {
        for (const step of sequence) await comparison.run(step);
        await comparison.readAll();
      } finally {
        await comparison.cleanUp();
      }
      ran += 1;
    });
    const numRuns = traits.sequences ?? 300;
    await fc.assert(property, { numRuns });
    expect(ran).toBe(numRuns);
  });
}

type Reader = Pick<Store, 'read' | 'readNow'>;

class Comparison {
  readonly #store: Store;
  readonly #traits: StoreTraits;
  readonly #model = new NaiveModel();
  readonly #partitions = Array.from({ length: partitionCount }, newPartition);
  #snapshots: { snapshot: Snapshot; model: NaiveModel }[] = [];

  constructor(store: Store, traits: StoreTraits) {
    this.#store = store;
    this.#traits = traits;
  }

  async run(step: Step): Promise<void> {
    switch (step.type) {
      case 'commit':
        return this.#commit(step);
      case 'range': {
        const query = { ...step.query, partition: this.#partitions[step.partition]! };
        const { ranges } = await readBothWays(this.#store, { ranges: [query] });
        return expect(ranges[0]).toEqual(this.#model.range(query));
      }
      case 'due': {
        const due = await this.#store.due(step.kind, step.untilMs, step.limit);
        return expect(due).toEqual(this.#model.due(step.kind, step.untilMs, step.limit));
      }
      case 'purge': {
        const purged = await this.#store.purge(step.nowMs, 9_999);
        return expect(purged).toBe(this.#traits.purgesItself ? 0 : this.#model.purge(step.nowMs));
      }
      case 'openSnapshot':
        this.#snapshots.push({ snapshot: await this.#store.openSnapshot(), model: this.#model.copy() });
        return;
      case 'readSnapshot': {
        const oldest = this.#snapshots.shift();
        if (!oldest) return;
        await this.#compareAll(oldest.snapshot, oldest.model);
        return oldest.snapshot.close();
      }
      case 'readAll':
        return this.readAll();
    }
  }

  async readAll(): Promise<void> {
    await this.#compareAll(this.#store, this.#model);
  }

  /** Later sequences ask what is due anywhere. */
  async cleanUp(): Promise<void> {
    for (const { snapshot } of this.#snapshots) await snapshot.close();
    await write(
      this.#store,
      allKeys(this.#partitions).map((key): Write => ({ type: 'delete', key })),
    );
  }

  async #commit(step: Step & { type: 'commit' }): Promise<void> {
    // Every write but an insert needs the head of its partition.
    const needed = step.writes.filter(({ type }) => type !== 'insert').map(({ partition }) => partition);
    const decidedOn = [...new Set([...step.decidedOn, ...needed])];
    const heads = decidedOn.map((index) => {
      const partition = this.#partitions[index]!;
      const { version } = this.#model.head(partition);
      const expectedVersion = index === step.stale ? Math.abs(version - 1) : version;
      return { partition, expectedVersion, head: headAt(expectedVersion + 1) };
    });
    const commit: Commit = { heads, writes: step.writes.map((one) => this.#toWrite(one)), nowMs: step.nowMs };
    const result = await tryCommit(this.#store, commit);
    expect(inAnyOrder(result)).toEqual(inAnyOrder(this.#model.commit(commit)));
  }

  #toWrite({ type, kind, partition, id, value }: RandomWrite): Write {
    const key = { kind, partition: this.#partitions[partition]!, id };
    return type === 'delete' ? { type, key } : { type, key, value };
  }

  async #compareAll(reader: Reader, model: NaiveModel): Promise<void> {
    const keys = allKeys(this.#partitions);
    const ranges = this.#partitions.flatMap((partition) => {
      return [tickets, receipts].flatMap((kind) => {
        return [undefined, ...Object.keys(kind.indexes)].map((index) => {
          return { kind, partition, limit: 99, ...(index === undefined ? {} : { index }) };
        });
      });
    });
    const answer = await readBothWays(reader, { heads: this.#partitions, records: keys, ranges });
    expect(answer.heads).toEqual(this.#partitions.map((partition) => model.head(partition)));
    expect(answer.records).toEqual(keys.map((key) => model.record(key)));
    expect(answer.ranges).toEqual(ranges.map((query) => model.range(query)));
    expect(answer.records.filter(Boolean)).toHaveLength(model.keys().length);
  }
}

/** What a store in this process answers at once is what it answers anyway. */
async function readBothWays(reader: Reader, request: ReadRequest): Promise<ReadResult> {
  const now = reader.readNow?.(request);
  const answer = await reader.read(request);
  if (reader.readNow !== undefined) expect(now).toEqual(answer);
  return answer;
}

function inAnyOrder(result: object): object {
  return Object.fromEntries(
    Object.entries(result).map(([name, member]) => {
      return [name, Array.isArray(member) ? member.map((part) => JSON.stringify(part)).sort() : member];
    }),
  );
}
