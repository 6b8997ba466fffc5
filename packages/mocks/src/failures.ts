import { operations } from '@holdfast/contract';
import type { OperationDescription, OperationId } from '@holdfast/contract';

import { assertKnownMembers } from './known-members.ts';

/** A failure of the next call or calls. */
export interface FailNextOptions {
  /**
   * The status to answer with, in the contract's own words for it: 400, 401, 402, 403, 404, 409, 410, 413, 415, 422, 429,
   * 500 or 503, as far as the contract has it for the operation. Or `network`: no answer at all, a failed connection.
   */
  readonly status: number | 'network';
  /** Which operation fails. Default: the first that is called, of those that can answer with this status. */
  readonly operationId?: OperationId | undefined;
  /** How many calls fail. Default 1; `Infinity`: all until {@link HoldfastMock.reset}. */
  readonly times?: number | undefined;
  /**
   * Whether the call takes effect before it fails, as when an answer is lost. Only for 500, 503 and `network`. Default
   * false.
   */
  readonly after?: boolean | undefined;
  /** With 429 and 503: the `Retry-After` of the answer. Default 1; 0 keeps tests quick. */
  readonly retryAfterSeconds?: number | undefined;
}

/** A failure to simulate. */
export type Failure = Pick<FailNextOptions, 'status' | 'retryAfterSeconds'> & { readonly after: boolean };

interface PlannedFailure {
  readonly failure: Failure;
  readonly operationIds: ReadonlySet<OperationId>;
  timesLeft: number;
}

const optionNames: readonly (keyof FailNextOptions)[] = [
  'status',
  'operationId',
  'times',
  'after',
  'retryAfterSeconds',
];

/** The failures that a call can have after it took effect. */
const failsAfterEffect: readonly FailNextOptions['status'][] = [500, 503, 'network'];

const allOperations: readonly OperationDescription[] = Object.values(operations);

/** Planned failures, in the order of their requests. */
export class PlannedFailures {
  #planned: PlannedFailure[] = [];

  /** @throws TypeError if the contract has no such failure. */
  plan(options: FailNextOptions): void {
    assertKnownMembers('A failure', options, optionNames);
    const { status, operationId, times = 1, after = false, retryAfterSeconds } = options;
    if (times !== Number.POSITIVE_INFINITY) assertCount('times', times, 1);
    if (after && !failsAfterEffect.includes(status)) {
      throw new TypeError(`A call that is answered with ${status} has no effect: after is for 500, 503 and "network".`);
    }
    if (retryAfterSeconds !== undefined) assertCount('retryAfterSeconds', retryAfterSeconds, 0);
    if (retryAfterSeconds !== undefined && status !== 429 && status !== 503)
      throw new TypeError('retryAfterSeconds is for the statuses 429 and 503.');
    const operationIds = findFailing(status, operationId);
    this.#planned.push({ failure: { status, after, retryAfterSeconds }, operationIds, timesLeft: times });
  }

  /** The failure of this call, if one is planned; it counts as used. */
  take(operationId: OperationId): Failure | undefined {
    const planned = this.#planned.find(({ operationIds }) => operationIds.has(operationId));
    if (planned === undefined) return undefined;
    planned.timesLeft -= 1;
    if (planned.timesLeft === 0) this.#planned = this.#planned.filter((other) => other !== planned);
    return planned.failure;
  }

  clear(): void {
    this.#planned = [];
  }
}

/** The operations that can fail like this. */
function findFailing(
  status: FailNextOptions['status'],
  operationId: OperationId | undefined,
): ReadonlySet<OperationId> {
  const candidates =
    operationId === undefined ? allOperations : allOperations.filter((each) => each.operationId === operationId);
  if (candidates.length === 0) throw new TypeError(`The contract has no operation ${JSON.stringify(operationId)}.`);
  const failing = candidates.filter(
    ({ statuses }) => status === 'network' || (status >= 400 && statuses.includes(status)),
  );
  if (failing.length > 0) return new Set(failing.map((each) => each.operationId as OperationId));
  const whose = operationId ?? 'No operation';
  const possible = [...new Set(candidates.flatMap(({ statuses }) => statuses))].filter((each) => each >= 400);
  const choices = `choose ${possible.sort((one, other) => one - other).join(', ')} or "network"`;
  throw new TypeError(
    `${whose} ${operationId ? 'never fails' : 'fails'} with ${JSON.stringify(status)} in the contract: ${choices}.`,
  );
}

function assertCount(name: string, count: number, least: number): void {
  if (Number.isSafeInteger(count) && count >= least) return;
  throw new TypeError(`${name} must be a whole number from ${least} on, not ${count}.`);
}
