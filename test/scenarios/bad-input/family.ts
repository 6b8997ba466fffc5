import { operations } from '@holdfast/contract';
import type { OperationDescription } from '@holdfast/contract';

import type { Scenario } from '../../targets/describe-targets.ts';
import type { ValidRequest } from '../every-operation.ts';

/** All that the attacks have to know about a family of operations; they find out the rest from the contract. */
export interface Family {
  readonly name: OperationDescription['family'];
  /** Where the paths of all its operations begin. */
  readonly root: string;
  /**
   * A request of each operation that has not been made yet and would be answered with success; that of a write changes
   * something that can be read. A body names every member that may stand beside the others, and its arrays have two
   * items, so that there is always one without a fault beside the one with it.
   */
  readonly validRequests: Readonly<Record<string, (scenario: Scenario) => Promise<ValidRequest>>>;
  /** Everything that a tenant can see. */
  readEverything(scenario: Scenario): Promise<unknown>;
  /** For each list, its query for a page that is not the last one. */
  readonly pages: Readonly<Record<string, (scenario: Scenario) => Promise<Page>>>;
  /** Of operations whose body is one of several shapes: the constant that tells which one the valid request has. */
  readonly choices: Readonly<Record<string, string>>;
  /** Operations that are another address of one that is attacked: what names the address alone is attacked. */
  readonly otherAddresses: readonly string[];
  /** Members that are compared and never stored, and so may hold any text, as long as it is Unicode. */
  readonly opaqueMembers: readonly string[];
  /** What no schema can say about a body. */
  readonly furtherFaults: readonly FurtherFault[];
  /** What is refused although nothing is wrong with its form. */
  readonly refusals: readonly ExpectedRefusal[];
}

export function operationsOf({ name }: Family): readonly OperationDescription[] {
  const all: readonly OperationDescription[] = Object.values(operations);
  return all.filter(({ family }) => family === name);
}

export interface Page {
  /** Which list it is of: two addresses of one list have the same cursors. */
  readonly list: string;
  /** Where it is, if that isn't the operation's path as it stands. */
  readonly path?: string;
  readonly query: Readonly<Record<string, string>>;
  /** The same list with other filters, if it has any. */
  readonly otherQuery?: Readonly<Record<string, string>>;
  readonly nextCursor: string;
}

export interface FurtherFault {
  readonly operationId: string;
  readonly reason: string;
  readonly field: string;
  readonly rule: string;
  /** The text of the valid body with the fault in it. */
  toJson(valid: unknown): string;
}

export interface ExpectedRefusal {
  readonly operationId: string;
  readonly reason: string;
  readonly status: number;
  /** What the answer says is wrong. */
  readonly names: string;
  /** The tenant's own unless told. */
  readonly apiKey?: string;
  prepare(scenario: Scenario): Promise<ValidRequest>;
}
