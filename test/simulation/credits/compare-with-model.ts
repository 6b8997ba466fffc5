import type { Account, Audit, HoldSummary, Transaction } from '@holdfast/contract';

import { customerOf, firstGrant } from '../../histories/credits/objects.ts';
import type { RecordedCall } from '../../histories/recording/history.ts';
import { refusalOf } from '../../ledger/model/refusals.ts';
import { replay } from '../../ledger/model/replay.ts';
import { showHoldFully } from '../../ledger/model/shown.ts';
import type { State } from '../../ledger/model/state.ts';
import { findBreaches } from '../../ledger/run/add-up.ts';
import { compareBooks } from '../../ledger/run/books.ts';
import type { Books } from '../../ledger/run/books.ts';
import { compareAudit } from '../../ledger/run/check-reads.ts';
import { coverageIn } from '../../ledger/run/coverage.ts';
import { match } from '../../ledger/run/match.ts';
import { Names } from '../../ledger/run/names.ts';
import { findFacts } from './find-facts.ts';
import type { Found } from './find-facts.ts';
import { Requests } from './requests.ts';

/** What is shown of one customer once nothing is held any more. */
export interface Shown {
  readonly customer: string;
  /** From the first line to the last. */
  readonly ledger: readonly Transaction[];
  /** With its blocks. */
  readonly account: Account;
  readonly audit: Audit;
  /** From the last that was made to the first. */
  readonly holds: readonly HoldSummary[];
}

export interface Comparison {
  /** What is wrong; empty if nothing is. */
  readonly broken: readonly string[];
  /** What it was about, in a few words each. */
  readonly covered: readonly string[];
}

/**
 * Everything that was asked for and done is in the ledger once, and nothing else; and all that is shown is what the
 * ledger's model makes of that.
 */
export function compareWithModel(shown: Shown, calls: readonly RecordedCall[]): Comparison {
  const customer = customerOf(shown.customer);
  const requests = new Requests(firstGrant(customer), calls);
  const found = findFacts(customer, shown.ledger, shown.holds, requests);
  const books = { customer: shown.customer, account: shown.account, ledger: shown.ledger } as Books;
  const broken = [
    ...findBreaches(books),
    ...found.unasked.map((entry) => `Nobody asked for this entry: ${JSON.stringify(entry)}`),
    ...requests.missing.map((command) => `This was answered as done, and has no entry: ${JSON.stringify(command)}`),
  ];
  try {
    const state = replayAll(found);
    return { broken: [...broken, ...compare(shown, books, state, found)], covered: coverageIn(state) };
  } catch (error) {
    return { broken: [...broken, error instanceof Error ? error.message : String(error)], covered: [] };
  }
}

/** By then everything has lapsed. */
const endMs = Number.MAX_SAFE_INTEGER;

function replayAll({ facts }: Found): State {
  return replay(facts, endMs, (before, { command }) => {
    const refusal = refusalOf(before, command);
    if (refusal !== undefined)
      throw new Error(`This was done, and is to be refused (${refusal}): ${JSON.stringify(command)}`);
  });
}

function compare(shown: Shown, books: Books, state: State, { holdIds }: Found): readonly string[] {
  const names = new Names(holdIds);
  const holds = state.holds.map(({ name }) => {
    const { account: _, ...hold } = showHoldFully(state, name) as { readonly account: unknown };
    return hold;
  });
  return [
    ...compareBooks(books, state, names),
    ...match(holds.toReversed(), shown.holds, names, 'The holds '),
    ...compareAudit(shown.audit, shown.customer, state, names),
  ];
}
