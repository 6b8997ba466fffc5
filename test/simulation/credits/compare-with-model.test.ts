import type { Account, Transaction } from '@holdfast/contract';
import { describe, expect, test } from 'vitest';

import type { RecordedCall } from '../../histories/recording/history.ts';
import { credits } from '../credits.ts';
import type { FamilyRequest, Seen } from '../family.ts';
import { runWorld } from '../run/run-world.ts';
import { drawPlan } from '../world/world-plan.ts';

/** In this world everything occurs that is tampered with. */
const seed = 5;

const writes = ['hold', 'commit', 'release', 'use', 'grant', 'adjust'];

interface Tampering {
  /** A ledger, from its last line to its first. */
  readonly ledger?: (lines: readonly Transaction[]) => readonly Transaction[];
  readonly account?: (account: Account) => Account;
  readonly calls?: (calls: readonly RecordedCall[]) => readonly RecordedCall[];
}

/** What is wrong with the world when it is shown like that. */
async function look({ ledger, account, calls }: Tampering): Promise<readonly string[]> {
  const tamper = ({ request: { operationId } }: FamilyRequest, result: unknown): unknown => {
    if (operationId === 'getAccountByExternalId' && account !== undefined) return account(result as Account);
    if (operationId !== 'listTransactionsByExternalId' || ledger === undefined) return result;
    const page = result as { readonly data: readonly Transaction[] };
    return { ...page, data: ledger(page.data) };
  };
  const checkSwept: typeof credits.checkSwept = (ask, scope, seen) => {
    const askWrongly = async <Result>(request: FamilyRequest) => tamper(request, await ask(request)) as Result;
    const told: Seen = { calls: calls === undefined ? seen.calls : calls(seen.calls), note: (word) => seen.note(word) };
    return credits.checkSwept(askWrongly, scope, told);
  };
  const { broken } = await runWorld(drawPlan(seed, ['credits']), [{ ...credits, checkSwept }]);
  return broken.map(({ what }) => what);
}

type Type = Transaction['type'];

function change(type: Type, how: (line: Transaction) => Partial<Transaction>): Tampering {
  return { ledger: (lines) => lines.map((line) => (line.type === type ? { ...line, ...how(line) } : line)) };
}

const anHourLater = ({ created_at: at }: Transaction) => ({
  created_at: new Date(Date.parse(at) + 3_600_000).toISOString(),
});

const isDone = (type: string) => (call: RecordedCall) =>
  (call.command as { readonly type: string }).type === type &&
  ((call.answer as { readonly status: number } | undefined)?.status ?? 500) < 300;

describe('what a world shows of credits', () => {
  test('is what the model says', async () => {
    expect(await look({})).toEqual([]);
  });

  test.each<readonly [string, Tampering]>([
    ['a line is left out', { ledger: (lines) => lines.toSpliced(1, 1) }],
    ['a line is there twice', { ledger: (lines) => lines.toSpliced(1, 0, lines[1]!) }],
    ['the lines are in another order', { ledger: (lines) => [...lines.slice(0, 1), ...lines.slice(1).toReversed()] }],
    ['credits expire later', change('expiration', anHourLater)],
    ['a hold is of other units', change('hold', ({ units }) => ({ units: (units ?? 0) + 1 }))],
    ['usage is of another event', change('consumption', () => ({ reference_id: 'another' }))],
    [
      'credits come from another block',
      change('consumption', ({ delta, id }) => ({ blocks: [{ block_id: id, amount: delta }] })),
    ],
    [
      'a block keeps what has expired',
      {
        account: (account) => ({
          ...account,
          blocks: account.blocks?.map((block) => ({ ...block, remaining_amount: block.remaining_amount + 1 })) ?? [],
        }),
      },
    ],
    ['a block is left out', { account: (account) => ({ ...account, blocks: [] }) }],
  ])('is wrong if %s', async (_, tampering) => {
    expect(await look(tampering)).not.toEqual([]);
  });

  test.each(writes)('is wrong if nobody sent what a line is of: %s', async (type) => {
    const broken = await look({ calls: (calls) => calls.filter((call) => !isDone(type)(call)) });
    expect(broken.join('\n')).toContain('Nobody asked for this entry');
  });

  test.each(writes)('is wrong if a request that was answered has no line: %s', async (type) => {
    const broken = await look({
      calls(calls) {
        const done = calls.find(isDone(type))!;
        const { body } = done.answer as { readonly body: object };
        return [
          ...calls,
          { ...done, answer: { status: 200, body: { ...body, id: 'another', transaction: { id: 'another' } } } },
        ];
      },
    });
    expect(broken.join('\n')).toContain('has no entry');
  });
});
