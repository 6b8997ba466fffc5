import type { Holdfast, PutTierRequest, Tier } from '@holdfast/sdk';
import type { Command } from 'commander';

import { UsageError } from '../exit-codes.ts';
import { given, limitOption, orNull, readLimit } from '../input/arguments.ts';
import type { Unlimited } from '../input/arguments.ts';
import { limit as limitCell, time, yesOrNo } from '../output/cells.ts';
import type { Column } from '../output/table.ts';
import { serve } from '../session.ts';
import { example } from './example.ts';

interface TierOptions {
  readonly opsPerMinute?: number | Unlimited;
  readonly opsPerDay?: number | Unlimited;
  readonly concurrentLocks?: number | Unlimited;
  readonly apiKeys?: number | Unlimited;
  readonly eventHistoryHours?: number | Unlimited;
  readonly webhooks?: boolean;
  readonly jwtExchange?: boolean;
  readonly enforce?: boolean;
}

const columns: readonly Column<Tier>[] = [
  ['name', ({ name }) => name],
  ['ops/minute', ({ ops_per_minute }) => limitCell(ops_per_minute)],
  ['ops/day', ({ ops_per_day }) => limitCell(ops_per_day)],
  ['reads/minute', ({ reads_per_minute }) => limitCell(reads_per_minute)],
  ['locks', ({ concurrent_locks }) => limitCell(concurrent_locks)],
  ['api keys', ({ api_keys }) => limitCell(api_keys)],
  ['history hours', ({ event_history_hours }) => limitCell(event_history_hours)],
  ['webhooks', ({ webhooks }) => yesOrNo(webhooks)],
  ['jwt', ({ jwt_exchange }) => yesOrNo(jwt_exchange)],
  ['enforced', ({ enforce }) => yesOrNo(enforce)],
];

export function addTiers(program: Command): void {
  const tiers = program.command('tiers').description('What tenants may use. Needs the scope platform:admin.');
  tiers
    .command('list')
    .description('All tiers, by name.')
    .addOption(limitOption())
    .addHelpText('after', example('holdfast tiers list'))
    .action(
      serve<[{ readonly limit?: number }]>(({ holdfast, printer }, { limit }) =>
        printer.list(holdfast.admin.tiers.list({ limit: Math.min(limit ?? 200, 200) }), { columns, most: limit }),
      ),
    );

  withTierOptions(tiers.command('set'))
    .description('Creates a tier, or changes what is given of one. It holds for all of its tenants within 5 seconds.')
    .argument('<name>')
    .addHelpText(
      'after',
      example(
        'holdfast tiers set free --ops-per-minute 500',
        'holdfast tiers set partner --ops-per-minute 9000 --ops-per-day unlimited --concurrent-locks 20000 --api-keys 50',
      ),
    )
    .action(
      serve<[string, TierOptions]>(async ({ holdfast, printer }, name, options) => {
        const tier = await holdfast.admin.tiers.put(name, await completed(holdfast, name, membersOf(options)));
        printer.record(tier, [
          ...columns.map(([heading, read]) => [heading, read(tier)] as const),
          ['created', time(tier.created_at)],
          ['changed', time(tier.updated_at)],
        ]);
      }),
    );

  tiers
    .command('delete')
    .description('Forgets a tier that no tenant has.')
    .argument('<name>')
    .addHelpText('after', example('holdfast tiers delete partner'))
    .action(
      serve<[string]>(async ({ holdfast, printer }, name) => {
        await holdfast.admin.tiers.delete(name);
        printer.about(`There is no tier ${name} any more.`);
      }),
    );
}

function withTierOptions(command: Command): Command {
  return command
    .option('--ops-per-minute <count>', 'operations in a minute; or "unlimited", as for all of these', readLimit)
    .option('--ops-per-day <count>', 'operations in a day', readLimit)
    .option('--concurrent-locks <count>', 'locks that are held at the same time', readLimit)
    .option('--api-keys <count>', 'API keys', readLimit)
    .option(
      '--event-history-hours <count>',
      'how far back events are shown (as far as the server keeps them)',
      readLimit,
    )
    .option('--webhooks', 'events can be sent to webhooks (they can)')
    .option('--no-webhooks', "they can't")
    .option('--jwt-exchange', 'JWTs can be exchanged for tokens (they can)')
    .option('--no-jwt-exchange', "they can't")
    .option('--enforce', 'the limits refuse (they do)')
    .option('--no-enforce', 'they are only counted and shown');
}

function membersOf(options: TierOptions): Partial<PutTierRequest> {
  return given({
    ops_per_minute: orNull(options.opsPerMinute),
    ops_per_day: orNull(options.opsPerDay),
    concurrent_locks: orNull(options.concurrentLocks),
    api_keys: orNull(options.apiKeys),
    event_history_hours: orNull(options.eventHistoryHours),
    webhooks: options.webhooks,
    jwt_exchange: options.jwtExchange,
    enforce: options.enforce,
  });
}

/** The server takes a tier as a whole: what isn't given is as it was. */
async function completed(holdfast: Holdfast, name: string, members: Partial<PutTierRequest>): Promise<PutTierRequest> {
  const before = await findTier(holdfast, name);
  const { ops_per_minute, ops_per_day, concurrent_locks, api_keys, ...rest } = { ...before, ...members };
  if (
    ops_per_minute === undefined ||
    ops_per_day === undefined ||
    concurrent_locks === undefined ||
    api_keys === undefined
  ) {
    throw new UsageError(
      `There is no tier ${name} yet: a new one needs --ops-per-minute, --ops-per-day, --concurrent-locks and --api-keys.`,
    );
  }
  const { event_history_hours = null, webhooks = true, jwt_exchange = true, enforce = true } = rest;
  const limits = { ops_per_minute, ops_per_day, concurrent_locks, api_keys, event_history_hours };
  return { ...limits, webhooks, jwt_exchange, enforce };
}

async function findTier(holdfast: Holdfast, wanted: string): Promise<Tier | undefined> {
  for await (const tier of holdfast.admin.tiers.list({ limit: 200 })) if (tier.name === wanted) return tier;
  return undefined;
}
