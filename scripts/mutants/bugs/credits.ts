import { lines } from '../seeded-bug.ts';
import type { SeededBug, Watcher } from '../seeded-bug.ts';

const source = 'packages/engine/src/credits';
const holds: Watcher = { file: `${source}/holds/rules.test.ts` };
const usage: Watcher = { file: `${source}/usage/rules.test.ts` };
const pricing: Watcher = { file: `${source}/metering/pricing.test.ts` };
const burnDown: Watcher = { file: `${source}/burn-down.test.ts` };
const expiry: Watcher = { file: `${source}/expiry.test.ts` };
const events: Watcher = { file: `${source}/events.test.ts` };
const ledger: Watcher = { file: 'test/ledger/memory.test.ts', env: { RUNS: '60', SEED: '1' } };
const scenario = (name: string): Watcher => ({
  file: `test/scenarios/credits/${name}.test.ts`,
  env: { TARGETS: 'memory' },
});

export const credits: readonly SeededBug[] = [
  {
    id: 'hold-beyond',
    mistake: 'A hold looks at the balance, and not at what other holds have taken of it.',
    edits: [
      {
        file: `${source}/holds/rules.ts`,
        find: "if (effectiveBalance(state.account) < cost) return { status: 'INSUFFICIENT' };\n  const slices",
        replace: "if (state.account.balance < cost) return { status: 'INSUFFICIENT' };\n  const slices",
      },
      {
        file: `${source}/holds/rules.ts`,
        find: "if (totalOf(slices) < cost) return { status: 'INSUFFICIENT' };\n\n  holdSlices(state, slices);\n  const id",
        replace: '\n  holdSlices(state, slices);\n  const id',
      },
    ],
    watchers: [holds, ledger, scenario('races')],
  },
  {
    id: 'commit-uncapped',
    mistake: 'A commit debits from its hold although a debt has used up what was there.',
    edits: [
      {
        file: `${source}/holds/rules.ts`,
        find: 'Math.min(price, held, Math.max(0, held + effectiveBalance(state.account)))',
        replace: 'Math.min(price, held)',
      },
    ],
    watchers: [usage, ledger],
  },
  {
    id: 'price-now',
    mistake: 'A commit goes by the metering rule of the present, and not by that of its hold.',
    edits: [
      {
        file: `${source}/holds/rules.ts`,
        find: 'const allUnits = priceOf(active.prices, committedUnits);',
        replace:
          'const allUnits = priceOf(state.metric(active.metricKey)?.activeRule?.prices ?? active.prices, committedUnits);',
      },
    ],
    watchers: [holds, ledger, scenario('commitHold')],
  },
  {
    id: 'cheaper-tier',
    mistake: 'A cheaper tier lowers what has been priced, so that later units are paid twice.',
    edits: [
      {
        file: `${source}/holds/rules.ts`,
        find: 'const committedPrice = Math.max(active.committedPrice, allUnits);',
        replace: 'const committedPrice = allUnits;',
      },
      {
        file: `${source}/holds/rules.ts`,
        find: 'const price = committedPrice - active.committedPrice;',
        replace: 'const price = Math.max(0, committedPrice - active.committedPrice);',
      },
    ],
    watchers: [holds],
  },
  {
    id: 'reserved-left',
    mistake: 'What a last commit frees stays reserved in the account.',
    edits: [
      {
        file: `${source}/holds/rules.ts`,
        find: 'reservedDelta: 0 - fromHold - released,',
        replace: 'reservedDelta: 0 - fromHold,',
      },
    ],
    watchers: [holds, ledger, scenario('commitHold')],
  },
  {
    id: 'lapsed-late',
    mistake: 'A hold can still be committed in the very millisecond of its expiry.',
    edits: [
      {
        file: `${source}/expiry.ts`,
        find: 'hold.expiresAtMs <= nowMs;',
        replace: 'hold.expiresAtMs < nowMs;',
      },
    ],
    // Whoever asks a server meets a hold that has been settled by then.
    watchers: [holds],
  },
  {
    id: 'decided-unsettled',
    mistake: 'A decision is made although more is due than was settled.',
    edits: [
      {
        file: `${source}/customer-commands.ts`,
        find: 'if (state.isDue(nowMs)) {',
        replace: 'if (state.isDue(0)) {',
      },
      {
        file: `${source}/customer-commands.ts`,
        find: 'if (!isMoreDueThan(state, nowMs, left)) left',
        replace: 'left',
      },
    ],
    watchers: [ledger, scenario('many-due')],
  },
  {
    id: 'payment-any-content',
    mistake: 'A payment is taken for the same as long as it buys as many credits.',
    edits: [
      {
        file: `${source}/accounts/payments.ts`,
        find: 'block.original === credits && contentOf(block) === contentOf(command)',
        replace: 'block.original === credits',
      },
    ],
    watchers: [ledger, scenario('topUp')],
  },
  {
    id: 'event-any-content',
    mistake: 'Usage is a duplicate if its event id is known, whatever was used.',
    edits: [
      {
        file: `${source}/usage/write-operations.ts`,
        find: 'usage.billable_metric_key === metricKey && usage.units === units',
        replace: 'usage.event_id === eventId',
      },
    ],
    watchers: [ledger, scenario('recordUsage')],
  },
  {
    id: 'settled-now',
    mistake: 'An expiry is entered at the time at which somebody looks.',
    edits: [
      {
        file: `${source}/expiry.ts`,
        find: 'expireBlock(state, due.id, due.atMs);',
        replace: 'expireBlock(state, due.id, nowMs);',
      },
    ],
    watchers: [expiry, ledger],
  },
  {
    id: 'expired-revived',
    mistake: 'A block that expired under a hold is free again once the hold ends.',
    edits: [
      {
        file: `${source}/expiry.ts`,
        find: 'if (expiresAtMs !== null && expiresAtMs <= atMs) expireBlock(state, blockId, atMs);',
        replace: 'if (expiresAtMs !== null && expiresAtMs < 0) expireBlock(state, blockId, atMs);',
      },
    ],
    watchers: [expiry, ledger],
  },
  {
    id: 'held-expires',
    mistake: 'A block that expires takes along what a hold has of it.',
    edits: [
      {
        file: `${source}/expiry.ts`,
        find: 'const free = block.remaining - block.held;',
        replace: 'const free = block.remaining;',
      },
      {
        file: `${source}/expiry.ts`,
        find: 'state.putBlock(id, { ...block, remaining: block.held });',
        replace: 'state.putBlock(id, { ...block, remaining: 0, held: 0 });',
      },
    ],
    watchers: [expiry, ledger],
  },
  {
    id: 'expiring-last',
    mistake: 'Blocks are used up in the order in which they were granted, whichever expires sooner.',
    edits: [
      {
        file: `${source}/state.ts`,
        find: 'const expiry = expiresAtMs === null ? never : eventIdBound(expiresAtMs);',
        replace: 'const expiry = expiresAtMs === 0 ? eventIdBound(expiresAtMs) : never;',
      },
    ],
    watchers: [burnDown, ledger],
  },
  {
    id: 'freed-unseen',
    mistake: 'A block that is free again because a hold lapsed isn’t looked at for its own expiry.',
    edits: [
      {
        file: `${source}/expiry.ts`,
        find: 'for (const { blockId } of due.hold.slices) insertDue(queue, blockId, state.block(blockId));',
        replace: '',
      },
    ],
    watchers: [expiry],
  },
  {
    id: 'paid-first',
    mistake: 'Paid credits are used up before free ones.',
    edits: [{ file: `${source}/state.ts`, find: "isPaid ? '1' : '0'", replace: "isPaid ? '0' : '1'" }],
    watchers: [burnDown, ledger],
  },
  {
    id: 'priority-text',
    mistake: 'Priorities are compared as text, so that -3 comes before -5.',
    edits: [
      {
        file: `${source}/state.ts`,
        find: "String(priority + largestPriority).padStart(7, '0')",
        replace: "String(priority).padStart(7, '0')",
      },
    ],
    watchers: [burnDown],
  },
  {
    id: 'package-down',
    mistake: 'A package that is begun isn’t charged.',
    edits: [{ file: `${source}/metering/pricing.ts`, find: '(rest === 0 ? 0 : 1)', replace: '0' }],
    watchers: [pricing, ledger],
  },
  {
    id: 'debt-unpaid',
    mistake: 'What a release frees doesn’t pay the debt.',
    edits: [
      {
        file: `${source}/expiry.ts`,
        find: '  payDebt(state, atMs);\n}',
        replace: '}',
      },
    ],
    watchers: [usage, ledger],
  },
  {
    id: 'limit-on-balance',
    mistake: 'The overage limit is held against the balance, so that holds take it further below.',
    edits: [
      {
        file: `${source}/usage/rules.ts`,
        find: 'if (effectiveBalance(state.account) - cost < overage.floor)',
        replace: 'if (state.account.balance - cost < overage.floor)',
      },
    ],
    watchers: [usage, ledger],
  },
  {
    id: 'low-at-threshold',
    mistake: 'A balance is low when it falls to a threshold, and not when it falls below it.',
    edits: [
      {
        file: `${source}/entry-events.ts`,
        find: 'before >= threshold && threshold > after',
        replace: 'before > threshold && threshold >= after',
      },
    ],
    watchers: [events, ledger, scenario('thresholds')],
  },
  {
    id: 'low-by-spending',
    mistake: 'A hold isn’t taken for something that lets a balance fall.',
    edits: [{ file: `${source}/entry-events.ts`, find: 'balanceDelta < reservedDelta', replace: 'balanceDelta < 0' }],
    watchers: [events, scenario('thresholds')],
  },
  {
    id: 'low-once',
    mistake: 'Of the thresholds that one entry passes, one is told of.',
    edits: [{ file: `${source}/entry-events.ts`, find: '.toReversed()', replace: '.slice(-1)' }],
    watchers: [events, scenario('thresholds')],
  },
  {
    id: 'no-thresholds',
    mistake: 'A customer who shall have no thresholds gets those of the settings.',
    edits: [
      {
        file: `${source}/state.ts`,
        find: 'return this.account.balanceThresholds ?? this.settings.balanceThresholds;',
        replace: lines(
          'const own = this.account.balanceThresholds ?? [];',
          '    return own.length > 0 ? own : this.settings.balanceThresholds;',
        ),
      },
    ],
    watchers: [events, scenario('thresholds')],
  },
  {
    id: 'lapse-by-settler',
    mistake: 'What lapsed is put down to whoever settles it.',
    edits: [{ file: `${source}/expiry.ts`, find: 'const state = asked.unattended;', replace: 'const state = asked;' }],
    watchers: [events, ledger, scenario('thresholds')],
  },
  {
    id: 'settings-unsettled',
    mistake: 'New settings apply to what lapsed before them, if nobody has settled it.',
    edits: [
      {
        file: `${source}/accounts/write-operations.ts`,
        find: '    settles: { kind: accountKind, partitionPrefix: customerPartitionPrefix(partition) },\n',
        replace: '',
      },
    ],
    watchers: [scenario('thresholds')],
  },
];
