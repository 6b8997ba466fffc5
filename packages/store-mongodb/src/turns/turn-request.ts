import { randomUUID } from 'node:crypto';

import type { Turn } from '@holdfast/engine/store';
import type { Collection, Document, FindOneAndUpdateOptions } from 'mongodb';

import type { Deadline } from '../deadline.ts';
import { tenantOf } from '../documents.ts';
import type { TurnDocument } from './turn-document.ts';
import type { TurnWatch } from './turn-watch.ts';

export interface TurnLimits {
  /**
   * A holder that takes longer, in milliseconds, is presumed dead; if it is just slow, another lost race costs it
   * little.
   */
  readonly longestTurnMs: number;
  /** A request that hasn't asked for this long, in milliseconds, is dropped from the queue. */
  readonly longestSilenceMs: number;
}

const usualLimits: TurnLimits = { longestTurnMs: 250, longestSilenceMs: 100 };
const askEveryMs = 40;

/** A lost document only costs a lost race. */
const options = { writeConcern: { w: 1 }, readConcern: { level: 'local' } } as const;

/** One request for a turn. */
export class TurnRequest {
  readonly #documents: Collection<TurnDocument>;
  readonly #filter: { readonly _id: string; readonly tenant: string };
  readonly #watch: TurnWatch;
  readonly #limits: TurnLimits;
  readonly #name = randomUUID();

  constructor(documents: Collection<TurnDocument>, partition: string, watch: TurnWatch, limits = usualLimits) {
    this.#documents = documents;
    this.#limits = limits;
    this.#watch = watch;
    this.#filter = { _id: partition, tenant: tenantOf(partition) };
  }

  /** Undefined if the turn didn't come in time. */
  async take(deadline: Deadline): Promise<Turn | undefined> {
    for (let attempt = 0; !deadline.isOver; attempt += 1) {
      const { holder, queue } = await this.#ask();
      if (holder === this.#name) return this.#granted(attempt > 0 || queue.length > 0);
      // Or until this request might be taken for abandoned.
      await this.#watch.untilNext(this.#name, this.#filter, askEveryMs);
    }
    return undefined;
  }

  #granted(isOneOfSeveral: boolean): Turn {
    const filter = { ...this.#filter, holder: this.#name };
    return {
      isOneOfSeveral,
      end: async () => {
        await this.#documents.updateOne(filter, { $set: { holder: null } }, options).catch(() => {});
      },
    };
  }

  async #ask(): Promise<TurnDocument> {
    const asked: FindOneAndUpdateOptions = { ...options, upsert: true, returnDocument: 'after' };
    return (await this.#documents.findOneAndUpdate(this.#filter, asking(this.#name, this.#limits), asked))!;
  }
}

/**
 * Queues a request, and grants it if it is first and no other turn is under way. A time in the future is from before
 * the clock was set back, and ignored.
 */
function asking(name: string, { longestTurnMs, longestSilenceMs }: TurnLimits): Document[] {
  const isMine = { $eq: ['$$each.name', name] };
  const sinceSeenMs = { $abs: { $subtract: ['$$NOW', '$$each.seenAt'] } };
  const isHeard = { $lt: [sinceSeenMs, longestSilenceMs] };
  const present = { $filter: { input: { $ifNull: ['$queue', []] }, as: 'each', cond: { $or: [isMine, isHeard] } } };
  const seen = { name, seenAt: '$$NOW' };
  const kept = { $map: { input: present, as: 'each', in: { $cond: [isMine, seen, '$$each'] } } };
  const isKept = { $in: [name, { $ifNull: ['$queue.name', []] }] };
  const isNobodys = { $eq: [{ $ifNull: ['$holder', null] }, null] };
  const isYetToCome = { $gt: [{ $subtract: ['$endsAt', '$$NOW'] }, longestTurnMs] };
  const isFree = { $or: [isNobodys, { $lte: ['$endsAt', '$$NOW'] }, isYetToCome] };
  const isGranted = { $and: [isFree, { $eq: [{ $first: '$queue.name' }, name] }] };
  return [
    { $set: { queue: { $cond: [isKept, kept, { $concatArrays: [present, [seen]] }] } } },
    {
      $set: {
        holder: { $cond: [isGranted, name, { $ifNull: ['$holder', null] }] },
        endsAt: { $cond: [isGranted, { $add: ['$$NOW', longestTurnMs] }, { $ifNull: ['$endsAt', '$$NOW'] }] },
        queue: { $cond: [isGranted, { $slice: ['$queue', 1, { $size: '$queue' }] }, '$queue'] },
      },
    },
  ];
}
