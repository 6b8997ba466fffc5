import type { Books, LedgerEntry, ShownBlock } from './books.ts';

/** What the ledger alone says that a customer has: it knows nothing of the model, nor of the service's balances. */
interface Totals {
  balance: number;
  reserved: number;
  /** By block. */
  readonly left: Map<string, number>;
  /** By hold, by block. */
  readonly held: Map<string, Map<string, number>>;
}

/** Where a customer's books don't add up, from the first entry on. */
export function findBreaches({ customer, account, ledger }: Books): readonly string[] {
  const totals: Totals = { balance: 0, reserved: 0, left: new Map(), held: new Map() };
  const breaches = ledger.flatMap((entry, index) => {
    add(totals, entry);
    const lastTime = ledger[index - 1]?.created_at ?? '';
    return claims(entry, totals, lastTime).map((claim) => `${customer}'s entry ${index} (${entry.type}): ${claim}.`);
  });
  const { balance, reserved } = totals;
  const isEqual = account.balance === balance && account.reserved_balance === reserved;
  if (!isEqual || account.effective_balance !== balance - reserved) {
    const { blocks: _, ...shown } = account;
    breaches.push(`${customer}'s account is ${JSON.stringify(shown)}, the ledger's sums ${balance} and ${reserved}.`);
  }
  return [...breaches, ...findBlockBreaches(account.blocks, totals)];
}

/** What is wrong with an entry that has just been added. */
function claims(entry: LedgerEntry, totals: Totals, lastTime: string): readonly string[] {
  const { balance, reserved, left } = totals;
  const wrong: readonly (readonly [boolean, string])[] = [
    [entry.created_at < lastTime, 'the time goes back'],
    [entry.balance_after !== balance, `balance_after is ${entry.balance_after}, the sum ${balance}`],
    [entry.reserved_after !== reserved, `reserved_after is ${entry.reserved_after}, the sum ${reserved}`],
    [sum(entry.blocks.map(({ amount }) => amount)) !== entry.delta, 'its blocks are not its delta'],
    [sum(left.values()) !== balance, 'what is left of the blocks is not the balance'],
    [sum(heldOf(totals).values()) !== reserved, 'what holds hold is not the reserved balance'],
  ];
  return wrong.flatMap(([isWrong, claim]) => (isWrong ? [claim] : []));
}

function findBlockBreaches(blocks: readonly ShownBlock[], totals: Totals): readonly string[] {
  const held = heldOf(totals);
  const shown = new Map(blocks.map((block) => [block.id, block]));
  return [...new Set([...totals.left.keys(), ...shown.keys()])].flatMap((id) => {
    const { remaining_amount = 0, held_amount = 0, source = '' } = shown.get(id) ?? {};
    const left = totals.left.get(id) ?? 0;
    const isPossible = source === 'overage' ? left < 0 && held_amount === 0 : left >= held_amount && held_amount >= 0;
    const ownHeld = held.get(id) ?? 0;
    if (remaining_amount === left && held_amount === ownHeld && isPossible) return [];
    const stated = `${remaining_amount} are left, ${held_amount} held`;
    return [`Of block ${id} ${stated}, but by the ledger ${left} and ${ownHeld}.`];
  });
}

function add(totals: Totals, entry: LedgerEntry): void {
  totals.balance += entry.balance_delta;
  totals.reserved += entry.reserved_delta;
  const slices = totals.held.get(entry.reference_id ?? '') ?? new Map<string, number>();
  for (const { block_id: id, amount } of entry.blocks) {
    if (entry.type === 'hold') change(slices, id, -amount);
    else if (entry.type === 'release') change(slices, id, -amount);
    else change(totals.left, id, amount);
    if (entry.type === 'consumption') change(slices, id, Math.max(amount, -(slices.get(id) ?? 0)));
  }
  if (entry.type === 'consumption') endIfLast(slices, entry, totals);
  if (entry.type === 'hold') totals.held.set(entry.reference_id ?? '', slices);
}

/** The last commit also lets go of what it didn't take, so that more leaves the reserved balance than its blocks. */
function endIfLast(slices: Map<string, number>, entry: LedgerEntry, totals: Totals): void {
  const others = sum(heldOf(totals).values());
  if (others > totals.reserved && entry.reserved_delta < 0) slices.clear();
}

function heldOf({ held }: Totals): ReadonlyMap<string, number> {
  const byBlock = new Map<string, number>();
  for (const slices of held.values()) for (const [id, amount] of slices) change(byBlock, id, amount);
  return byBlock;
}

function change(amounts: Map<string, number>, key: string, by: number): void {
  amounts.set(key, (amounts.get(key) ?? 0) + by);
}

function sum(amounts: Iterable<number>): number {
  let total = 0;
  for (const amount of amounts) total += amount;
  return total;
}
