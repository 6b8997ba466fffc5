import type { Arbitrary } from 'fast-check';

/**
 * A family of the contract, as far as random sequences need to know it. A further family joins by a file of its own
 * that makes one of these, listed in `families.ts`.
 */
export interface Family {
  readonly name: string;
  /** What most sequences begin with, so that the rest of them has something to work on. */
  readonly openings: Arbitrary<Draft>;
  /** Requests that have to do with each other: few names, few requesters, tokens that earlier answers gave out. */
  readonly drafts: Arbitrary<Draft>;
  /** Members of answers whose values each target makes up for itself: only which of them are the same is compared. */
  readonly secretMembers: readonly string[];
  /** Members of answers that say when something lapses. The clock likes to stop there, and a millisecond beside it. */
  readonly deadlineMembers: readonly string[];
  /** How long after a request, in milliseconds, something else comes to its end: a key's memory, a history's window. */
  readonly windowsMs: readonly number[];
  /** Reads that together show all of a caller's state. They end each sequence, so that nothing stays hidden. */
  readonly overview: readonly PlainRequest[];
  /** Members of answers that say in a word how something went. */
  readonly outcomeMembers: readonly string[];
  /** Words that the answers of a whole run must have had there: sequences without them would prove little. */
  readonly expectedOutcomes: readonly string[];
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
}

export interface Exchange {
  readonly caller: CallerName;
  readonly request: SentRequest;
  readonly status: number;
  /** The parsed body; undefined for none. */
  readonly json: unknown;
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
