import type { Arbitrary } from 'fast-check';

import type { RunCount } from '../run-count.ts';

/**
 * A family of the contract, as far as random sequences need to know it. A further family joins by a file of its own
 * that makes one of these.
 */
export interface Family {
  readonly name: string;
  /** How many sequences are run unless `SEQUENCES` says otherwise. */
  readonly usualSequences: RunCount;
  /** What most sequences begin with, one after the other, so that the rest of them has something to work on. */
  readonly firstDrafts: readonly Arbitrary<Draft>[];
  /** Requests that have to do with each other: few names, few requesters, tokens that earlier answers gave out. */
  readonly drafts: Arbitrary<Draft>;
  /** What all tenants of an environment share. Absent: nothing. */
  readonly common?: Common;
  /** Members of answers whose values each target makes up for itself: only which of them are the same is compared. */
  readonly secretMembers: readonly string[];
  /** Such values within sentences, say of one about a cursor. They aren't compared. */
  readonly secretText?: RegExp;
  /** Members of answers that say when something lapses. The clock likes to stop there, and a millisecond beside it. */
  readonly deadlineMembers: readonly string[];
  /** How long after a request, in milliseconds, something else comes to its end: a key's memory, a history's window. */
  readonly windowsMs: readonly number[];
  /** Reads that together show all of a caller's state. They end each sequence, so that nothing stays hidden. */
  overview(journal: Journal): readonly PlainRequest[];
  /** The member of a page that says where the next one begins. */
  readonly cursorMember: string;
  /** A filter that some lists have. A cursor must not be good for a list that has another one. */
  readonly otherFilter: readonly [name: string, value: string];
  /** Members of answers that say in a word how something went. */
  readonly outcomeMembers: readonly string[];
  /** What the answers of a usual run must have covered: words from there, statuses, and parts of sentences. */
  readonly expectedCoverage: readonly string[];
  /** How many of a usual run's commands must have been carried out, as a share of all: refusals lead nowhere. */
  readonly leastCarriedOut: number;
}

/** Tenants act at the same time. Here that would leave it to chance, on each target, what they get. */
export interface Common {
  /** Requests that show what other tenants do, or change what holds for them: each is made while nobody else acts. */
  readonly drafts: Arbitrary<Draft>;
  /** Requests that undo whatever earlier worlds left behind. They go to a server for each environment. */
  readonly resets: readonly PlainRequest[];
}

/** A request that is complete only with what the target that it goes to has answered so far. */
export interface Draft {
  toRequest(journal: Journal): PlainRequest;
}

export interface PlainRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** What one target was asked in this sequence and what it answered, as one of its callers knows it, earliest first. */
export interface Journal {
  readonly exchanges: readonly Exchange[];
  /** Epoch milliseconds. */
  readonly nowMs: number;
  /** Which of the world's tenants this sequence is of, from 0. */
  readonly tenantNumber: number;
  readonly tenantIds: Readonly<Record<CallerName, string>>;
}

export interface Exchange {
  readonly caller: CallerName;
  readonly request: SentRequest;
  readonly status: number;
  /** The parsed body; undefined for none, a text if it was plain. */
  readonly json: unknown;
  /** Whether nobody else acted meanwhile. */
  readonly isAlone: boolean;
  /** Epoch milliseconds. */
  readonly atMs: number;
}

/** A request as it went over the wire. */
export interface SentRequest extends Omit<PlainRequest, 'body'> {
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string | undefined;
}

/** Whose API key a request has: a tenant's for either of its environments, or another tenant's. */
export const callerNames = ['live', 'test', 'otherTenant'] as const;

export type CallerName = (typeof callerNames)[number];
