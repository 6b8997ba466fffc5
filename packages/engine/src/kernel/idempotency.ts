import type { Caller } from '../caller.ts';
import { idempotencyPartition } from '../partitions.ts';
import { accepted, refused } from '../shared/outcomes.ts';
import type { Outcome, Refusal } from '../shared/outcomes.ts';
import { shortenDigest } from '../shared/short-digest.ts';
import type { Command, Query } from './command.ts';
import { defineKind, recordKey } from './record-access.ts';
import type { Kind } from './record-access.ts';

/** How long the answer to an idempotency key is replayed. */
const idempotencyWindowMs = 24 * 60 * 60 * 1_000;

/** The first answer to an idempotency key. There is one for each write of a day, so its members have short names. */
export interface IdempotencyRecord {
  /** The request's fingerprint, shortened. */
  readonly f: string;
  /** What was asked for, if it was accepted and done. */
  readonly v?: unknown;
  /** Any other outcome, as it is. */
  readonly o?: Outcome<unknown>;
  readonly purgeAtMs: number;
}

/** The same as earlier versions wrote it. */
interface OldIdempotencyRecord {
  readonly fingerprint: string;
  readonly outcomeJson: string;
  readonly purgeAtMs: number;
}

/** By operation and key, in the partition of the tenant's environment, whatever the operation decides on. */
export const idempotencyKind: Kind<IdempotencyRecord | OldIdempotencyRecord> = defineKind({
  name: 'idempotency',
  indexes: {},
  purgeField: 'purgeAtMs',
  appendOnly: true,
});

export interface IdempotentRequest {
  readonly operationId: string;
  readonly key: string;
  /** Digest of the request's body and parameters. */
  readonly fingerprint: string;
}

/** An outcome, and whether it is a replay. */
export interface Answer<Value> {
  readonly outcome: Outcome<Value>;
  readonly isReplayed: boolean;
}

/**
 * Makes a command idempotent: its outcome is recorded in the commit of its effect, and the key replays it from then on.
 * Two commands with one key never both take effect, not even in different partitions, because the record is an insert,
 * which fails the later commit.
 */
export function once<Value>(
  command: Command<Outcome<Value>>,
  caller: Caller,
  request: IdempotentRequest,
): Command<Answer<Value>> {
  const [partition, id] = [idempotencyPartition(caller), idOf(request)];
  return {
    partitions: command.partitions,
    reads: [recordKey(idempotencyKind, partition, id), ...command.reads],
    run(changes, nowMs) {
      const earlier = changes.get(idempotencyKind, partition, id);
      if (earlier !== undefined && earlier.purgeAtMs > nowMs) return replay<Value>(earlier, request);
      const outcome = command.run(changes, nowMs);
      if (isKept(outcome)) {
        changes.insert(idempotencyKind, partition, id, toRecord(outcome, request, nowMs + idempotencyWindowMs));
      }
      return toAnswer(outcome);
    },
    decided: ({ outcome, isReplayed }) => isReplayed || command.decided?.(outcome),
  };
}

/** Looks for the answer to an earlier request with the same key. */
export function findAnswer<Value>(caller: Caller, request: IdempotentRequest): Query<Answer<Value> | undefined> {
  const [partition, id] = [idempotencyPartition(caller), idOf(request)];
  return {
    partitions: [],
    reads: [recordKey(idempotencyKind, partition, id)],
    run(records, nowMs) {
      const earlier = records.get(idempotencyKind, partition, id);
      return earlier !== undefined && earlier.purgeAtMs > nowMs ? replay<Value>(earlier, request) : undefined;
    },
  };
}

/** The answer to a command that ran, or was found to repeat another one. */
export function toAnswer<Value>(outcome: Outcome<Value>): Answer<Value> {
  return { outcome, isReplayed: outcome.ok && outcome.isRepeated === true };
}

/** The same for requests of which only one takes effect. */
export function scopeOf(caller: Caller, request: IdempotentRequest): string {
  return JSON.stringify([idempotencyPartition(caller), idOf(request)]);
}

function idOf({ operationId, key }: IdempotentRequest): string {
  return `${operationId}\u001f${key}`;
}

function toRecord(outcome: Outcome<unknown>, { fingerprint }: IdempotentRequest, purgeAtMs: number): IdempotencyRecord {
  const f = shortenDigest(fingerprint);
  const isDone = outcome.ok && outcome.isRepeated !== true;
  return isDone ? { f, v: outcome.value, purgeAtMs } : { f, o: outcome, purgeAtMs };
}

function isOfRequest(earlier: IdempotencyRecord | OldIdempotencyRecord, { fingerprint }: IdempotentRequest): boolean {
  return 'f' in earlier ? earlier.f === shortenDigest(fingerprint) : earlier.fingerprint === fingerprint;
}

function outcomeOf(earlier: IdempotencyRecord | OldIdempotencyRecord): Outcome<unknown> {
  if ('f' in earlier) return earlier.o ?? accepted(earlier.v);
  return JSON.parse(earlier.outcomeJson) as Outcome<unknown>;
}

function replay<Value>(earlier: IdempotencyRecord | OldIdempotencyRecord, request: IdempotentRequest): Answer<Value> {
  if (isOfRequest(earlier, request)) return { outcome: outcomeOf(earlier) as Outcome<Value>, isReplayed: true };
  const message = `The idempotency key ${request.key} was used for another request in the last 24 hours.`;
  return { outcome: refused({ code: 'idempotency_key_conflict', message }), isReplayed: false };
}

/**
 * A malformed request says nothing about the state, and one beyond a limit, without the scope or to a process that can't
 * do it may be allowed later: its outcome isn't kept, and the key stays free.
 */
function isKept(outcome: Outcome<unknown>): boolean {
  return outcome.ok || !unkept.has(outcome.code);
}

const unkept: ReadonlySet<Refusal['code']> = new Set(['invalid_request', 'forbidden', 'rate_limited', 'unavailable']);
