/** A shop with printers that customers keep for ten minutes, and with pages that they have paid for beforehand. */
import { HoldExpiredError, InsufficientCreditsError, RateLimitError } from '@holdfast/sdk';
import type { Holdfast } from '@holdfast/sdk';

export const secondsToPrint = 600;

export type Kept =
  | { readonly isKept: true; readonly printer: string }
  | { readonly isKept: false; readonly retryAfterSeconds: number };

export class PrintShop {
  readonly #holdfast: Holdfast;

  constructor(holdfast: Holdfast) {
    this.#holdfast = holdfast;
  }

  /** Keeps one of the printers for a customer. */
  async keepPrinter(customer: string): Promise<Kept> {
    try {
      const [claim] = await this.#holdfast.resources.reserve([
        { requester: customer, resource: 'Printer', ttlSeconds: secondsToPrint },
      ]);
      const printer = claim.acquiredSlots?.['Printer'];
      return printer === undefined ? { isKept: false, retryAfterSeconds: secondsToPrint } : { isKept: true, printer };
    } catch (error) {
      if (!(error instanceof RateLimitError)) throw error;
      return { isKept: false, retryAfterSeconds: error.retryAfterSeconds ?? 60 };
    }
  }

  /** Holds what the pages cost; undefined when the customer hasn't paid for so many. */
  async order(customer: string, pages: number): Promise<string | undefined> {
    try {
      const hold = await this.#holdfast.credits.hold({
        customer,
        billable_metric_key: 'page',
        estimated_units: pages,
        ttl_seconds: secondsToPrint,
      });
      return hold.id;
    } catch (error) {
      if (error instanceof InsufficientCreditsError) return undefined;
      throw error;
    }
  }

  /** Debits the pages that were printed, if the order still holds. */
  async collect(order: string, pages: number): Promise<'paid' | 'too late'> {
    try {
      await this.#holdfast.credits.commit(order, { actual_units: pages });
      return 'paid';
    } catch (error) {
      if (error instanceof HoldExpiredError) return 'too late';
      throw error;
    }
  }

  /** Millicredits that a customer can spend. */
  async balance(customer: string): Promise<number> {
    const account = await this.#holdfast.credits.account(customer);
    return account.effective_balance;
  }
}
