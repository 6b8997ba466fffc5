import { settleCommand } from '../credits/operations.ts';
import { accountKind } from '../credits/records.ts';
import type { CreditServiceSettings } from '../credits/state.ts';
import type { Environment } from '../environment.ts';
import type { Store } from '../store.ts';
import type { Executor } from './executor.ts';
import { SettleFirst } from './settle-first.ts';

/** How much of what is due in an account one command settles; a few milliseconds' worth. */
const usualSettledAtOnce = 250;

/** How many accounts of a tenant are looked for at once. */
const accountsPerLook = 32;

export interface AccountSettlerOptions extends CreditServiceSettings {
  readonly requestTimeoutMs: number;
}

/**
 * Settles accounts in which more is due than a request can settle along: a piece at a time, each in a commit of its
 * own, so that others get their turn in between. Requests that wait for the same account share its pieces. However
 * much it is, it ends: what can become due meanwhile is no more than is held, and to hold takes longer than to settle.
 */
export class AccountSettler {
  readonly #store: Store;
  readonly #environment: Environment;
  readonly #executor: Executor;
  readonly #options: AccountSettlerOptions;
  readonly #pieces = new Map<string, Promise<boolean>>();

  constructor(store: Store, environment: Environment, executor: Executor, options: AccountSettlerOptions) {
    this.#store = store;
    this.#environment = environment;
    this.#executor = executor;
    this.#options = options;
  }

  /** Carries out an attempt, again and again if need be, each time after settling what it can't decide without. */
  async settledFor<Result>(attempt: () => Promise<Result>): Promise<Result> {
    for (;;) {
      try {
        return await attempt();
      } catch (thrown) {
        if (!(thrown instanceof SettleFirst)) throw thrown;
        await this.#settleAll(thrown.partitions);
      }
    }
  }

  /** Settles all that is due by now in the accounts whose partitions begin like that. */
  async settleWithin(prefix: string): Promise<void> {
    const untilMs = this.#environment.now();
    let due = await this.#store.due(accountKind, untilMs, accountsPerLook, prefix);
    while (due.length > 0) {
      await this.#settleAll(due.map(({ partition }) => partition));
      const [first] = due;
      due = await this.#store.due(accountKind, untilMs, accountsPerLook, prefix);
      // By the clock that its commands go by it isn't due yet, and won't be however often this looks.
      if (due[0]?.partition === first?.partition && due[0]?.dueAtMs === first?.dueAtMs) return;
    }
  }

  async #settleAll(partitions: readonly string[]): Promise<void> {
    await Promise.all(partitions.map((partition) => this.#settle(partition)));
  }

  async #settle(partition: string): Promise<void> {
    while (await this.#settlePiece(partition));
  }

  /** Whether more is due after it. */
  #settlePiece(partition: string): Promise<boolean> {
    const underWay = this.#pieces.get(partition);
    if (underWay !== undefined) return underWay;
    const command = settleCommand(partition, this.#options, this.#options.mostSettledAtOnce ?? usualSettledAtOnce);
    const piece = this.#executor.execute(command, this.#options.requestTimeoutMs);
    this.#pieces.set(partition, piece);
    return piece.finally(() => this.#pieces.delete(partition));
  }
}
