import { totalOf } from '../burn-down.ts';
import type { Account, Block, Entry, Hold } from '../records.ts';

/** An account's figures, and the sums of its parts. */
export interface AuditOutcome {
  readonly account: Account;
  readonly ledgerBalance: number;
  readonly ledgerReserved: number;
  readonly blocksRemaining: number;
  readonly holdsHeld: number;
  readonly entries: number;
  /** What doesn't add up, in sentences; empty if all does. */
  readonly faults: readonly string[];
}

/**
 * Recomputes one account from everything ever written: all ledger entries, blocks and active holds. Sums are BigInt, so
 * that rounding can't hide a fault.
 */
export class Audit {
  #ledgerBalance = 0n;
  #ledgerReserved = 0n;
  #blocksRemaining = 0n;
  #holdsHeld = 0n;
  #entries = 0;
  readonly #heldOf = new Map<string, number>();
  readonly #faults: string[] = [];

  /** Adds the next ledger entry, oldest first, and compares the sums it states. */
  addEntry(entry: Entry): void {
    this.#entries += 1;
    this.#ledgerBalance += BigInt(entry.balanceDelta);
    this.#ledgerReserved += BigInt(entry.reservedDelta);
    this.#expect(BigInt(entry.balanceAfter), this.#ledgerBalance, `balance_after of transaction ${entry.id}`);
    this.#expect(BigInt(entry.reservedAfter), this.#ledgerReserved, `reserved_after of transaction ${entry.id}`);
    this.#expect(
      BigInt(totalOf(entry.blocks)),
      BigInt(entry.delta),
      `the sum of the blocks of transaction ${entry.id}`,
    );
  }

  addHold(hold: Hold): void {
    this.#holdsHeld += BigInt(totalOf(hold.slices));
    for (const { blockId, amount } of hold.slices) this.#heldOf.set(blockId, (this.#heldOf.get(blockId) ?? 0) + amount);
  }

  /** Blocks come after all holds. */
  addBlock(id: string, block: Block): void {
    this.#blocksRemaining += BigInt(block.remaining);
    this.#expect(BigInt(block.held), BigInt(this.#heldOf.get(id) ?? 0), `held_amount of block ${id}`);
    if (block.held > block.remaining) this.#blame(`Block ${id} has less left than is held of it.`);
  }

  finish(account: Account): AuditOutcome {
    const blocksRemaining = this.#blocksRemaining - BigInt(account.debt?.amount ?? 0);
    this.#expect(BigInt(account.balance), this.#ledgerBalance, 'the balance, by the ledger,');
    this.#expect(BigInt(account.reserved), this.#ledgerReserved, 'the reserved balance, by the ledger,');
    this.#expect(BigInt(account.balance), blocksRemaining, 'the balance, by the blocks,');
    this.#expect(BigInt(account.reserved), this.#holdsHeld, 'the reserved balance, by the holds,');
    this.#expect(BigInt(account.version), BigInt(this.#entries), 'the number of transactions');
    return {
      account,
      ledgerBalance: Number(this.#ledgerBalance),
      ledgerReserved: Number(this.#ledgerReserved),
      blocksRemaining: Number(blocksRemaining),
      holdsHeld: Number(this.#holdsHeld),
      entries: this.#entries,
      faults: this.#faults,
    };
  }

  #expect(stated: bigint, sum: bigint, what: string): void {
    if (stated !== sum) this.#blame(`${what} is ${stated}, but should be ${sum}.`);
  }

  #blame(fault: string): void {
    if (this.#faults.length < mostFaults) this.#faults.push(fault);
  }
}

const mostFaults = 100;
