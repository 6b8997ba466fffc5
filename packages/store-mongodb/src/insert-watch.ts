import { setTimeout as delay } from 'node:timers/promises';

import { MongoErrorLabel, MongoServerError } from 'mongodb';
import type { ChangeStream, ChangeStreamInsertDocument, Collection, Document, ResumeToken } from 'mongodb';

import type { RecordDocument, StoredDocument } from './documents.ts';
import { partsOf } from './keys.ts';

type Inserts = ChangeStream<StoredDocument, ChangeStreamInsertDocument<RecordDocument>>;

const firstBackoffMs = 50;
const longestBackoffMs = 2_000;

/**
 * Follows the inserts of one kind by a change stream. The driver resumes it after an election; where it gives
 * up, the stream is opened again, and goes on where it was if the oplog reaches back that far.
 */
export class InsertWatch {
  readonly #documents: Collection<StoredDocument>;
  readonly #kindName: string;
  readonly #onPartition: (partition: string) => void;
  readonly #closing = new AbortController();
  readonly #ended: Promise<void>;
  #inserts: Inserts | undefined;
  #failures = 0;

  constructor(documents: Collection<StoredDocument>, kindName: string, onPartition: (partition: string) => void) {
    this.#documents = documents;
    this.#kindName = kindName;
    this.#onPartition = onPartition;
    this.#ended = this.#follow();
  }

  /** Nothing is called back afterwards. It never rejects. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#inserts?.close().catch(() => {});
    await this.#ended;
  }

  /** Only ids come over the network. */
  get #insertsOnly(): Document[] {
    const match = { operationType: 'insert', 'fullDocument.kind': this.#kindName };
    return [{ $match: match }, { $project: { documentKey: 1 } }];
  }

  async #follow(): Promise<void> {
    let resumeAfter: ResumeToken | undefined;
    while (!this.#closing.signal.aborted) {
      this.#inserts = this.#documents.watch(this.#insertsOnly, resumeAfter === undefined ? {} : { resumeAfter });
      const error = await this.#readToEnd(this.#inserts);
      resumeAfter = isNoUseResuming(error) ? undefined : this.#inserts.resumeToken;
      await this.#backOff();
    }
  }

  /** Returns what the stream ended with. */
  async #readToEnd(inserts: Inserts): Promise<unknown> {
    try {
      for await (const { documentKey } of inserts) {
        if (this.#closing.signal.aborted) return undefined;
        this.#failures = 0;
        this.#onPartition(partsOf(documentKey._id).partition);
      }
      return undefined;
    } catch (error) {
      return error;
    }
  }

  /** With jitter, since an outage ends for all processes at once. */
  async #backOff(): Promise<void> {
    const longestMs = Math.min(firstBackoffMs * 2 ** this.#failures, longestBackoffMs);
    this.#failures += 1;
    const { signal } = this.#closing;
    await delay(longestMs * (0.5 + 0.5 * Math.random()), undefined, { signal, ref: false }).catch(() => {});
  }
}

/** The server itself says that it can't go on from there, such as after what the oplog has forgotten. */
function isNoUseResuming(error: unknown): boolean {
  return error instanceof MongoServerError && !error.hasErrorLabel(MongoErrorLabel.ResumableChangeStreamError);
}
