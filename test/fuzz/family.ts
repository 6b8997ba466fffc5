import type { OperationId } from '@holdfast/contract';

/**
 * A rule that a request can break although its form is right: it compares fields, or knows what the server gave out,
 * and no schema can say that. The contract's descriptions say it in words.
 */
export type RuleBeyondSchema = RuleOfField | RuleInWords;

interface RuleOfField {
  readonly operationIds: readonly OperationId[];
  /** A regular expression for the 400's whole `field` or `pointer`, in the syntax that JavaScript and Python share. */
  readonly field: string;
  /** The `rule` that the 400 names with it. */
  readonly rule: string;
  /** Why the schema doesn't have it. */
  readonly reason: string;
}

/** The same of a family whose 400 is a sentence. */
interface RuleInWords extends Pick<RuleOfField, 'operationIds' | 'reason'> {
  /** A regular expression for the whole sentence, in the same syntax. */
  readonly sentence: string;
}

/** Sends a request that has to be carried out, and resolves to the answer. */
export type Call = (method: string, path: string, body?: object) => Promise<unknown>;

/**
 * Things that are there from the start. Where a made-up request names one of their kind, and in the right form, it
 * mostly names one of them instead: made-up ones are unknown to the server, and would only be refused.
 */
export interface KnownThings {
  readonly operationIds: readonly OperationId[];
  /**
   * The members and parameters that name such things, each with a regular expression for its right form, in the syntax
   * that JavaScript and Python share. All that an object has of them give way to the members of one of the things.
   */
  readonly forms: Readonly<Record<string, string>>;
  /** Whether they name a thing only together: an object that lacks one of them stays as it is. */
  readonly isWhole?: boolean;
  /** Whether requests never name another thing in the right form, such as one that an answer has shown. */
  readonly isAlways?: boolean;
  readonly things: readonly Readonly<Record<string, string>>[];
}

/** What the fuzz has to know of a family; everything else it reads from the contract. */
export interface Family {
  readonly rulesBeyondSchema: readonly RuleBeyondSchema[];
  /** Statuses that find no fault with a request, but with the state of things; besides 401, 403, 404 and 409. */
  readonly stateStatuses: readonly number[];
  /** Makes things for the requests to work on. */
  plant(call: Call): Promise<readonly KnownThings[]>;
}
