import type { OperationId } from '@holdfast/contract';

/**
 * A rule that a request can break although its form is right: it compares fields, or knows what the server gave out,
 * and no schema can say that. The contract's descriptions say it in words.
 */
export interface RuleBeyondSchema {
  readonly operationIds: readonly OperationId[];
  /** A regular expression for the whole `field` of the 400's detail, in the syntax that JavaScript and Python share. */
  readonly field: string;
  /** The `rule` of the 400's detail. */
  readonly rule: string;
  /** Why the schema doesn't have it. */
  readonly reason: string;
}

/** What the fuzz has to know of a family; everything else it reads from the contract. */
export interface Family {
  readonly rulesBeyondSchema: readonly RuleBeyondSchema[];
}
