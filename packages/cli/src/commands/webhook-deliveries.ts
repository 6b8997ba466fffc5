import type { WebhookDelivery } from '@holdfast/sdk';
import { Option } from 'commander';
import type { Command } from 'commander';

import { CommandError, UsageError } from '../exit-codes.ts';
import { given, limitOption, readNumber, readPast } from '../input/arguments.ts';
import { time, yesOrNo } from '../output/cells.ts';
import type { Cell, Column } from '../output/table.ts';
import { serve } from '../session.ts';
import { example } from './example.ts';

interface DeliveriesOptions {
  readonly status?: WebhookDelivery['status'];
  readonly limit?: number;
}

interface ReplayOptions {
  readonly after?: number;
  readonly from?: string;
  readonly to?: string;
  readonly onlyDead?: boolean;
}

const columns: readonly Column<WebhookDelivery>[] = [
  ['id', ({ id }) => id],
  ['event', ({ event_number }) => event_number],
  ['type', ({ event_type }) => event_type],
  ['status', ({ status }) => status],
  ['attempts', ({ attempts }) => attempts.length],
  ['last answer', lastAnswerOf],
  ['next attempt', ({ next_attempt_at }) => time(next_attempt_at)],
  ['delivered', ({ delivered_at }) => time(delivered_at)],
];

/** What is sent to an endpoint, and sent again. */
export function addDeliveries(webhooks: Command): void {
  addTest(webhooks);
  addList(webhooks);
  addRetry(webhooks);
  addReplay(webhooks);
}

function addTest(webhooks: Command): void {
  webhooks
    .command('test')
    .description('Sends the event webhook.test to an endpoint now, and shows what it answers.')
    .argument('<id>')
    .addHelpText('after', example('holdfast webhooks test 0192f3b1-5c3e-7f60-a1b2-c3d4e5f60718'))
    .action(
      serve<[string]>(async ({ holdfast, printer }, id) => {
        const tested = await holdfast.webhookEndpoints.test(id);
        printer.record(tested, [
          ['delivered', yesOrNo(tested.delivered)],
          ['status', tested.status],
          ['answer', tested.body],
          ['error', tested.error],
          ['took', `${tested.duration_ms} ms`],
          ['webhook-id', tested.webhook_id],
        ]);
        if (!tested.delivered) throw new CommandError('It was not delivered: only an answer with 2xx in time is.');
      }),
    );
}

function addList(webhooks: Command): void {
  webhooks
    .command('deliveries')
    .description('What was sent to an endpoint, or is to be; newest first.')
    .argument('<id>')
    .addOption(new Option('--status <status>', 'only those').choices(['pending', 'delivered', 'dead']))
    .addOption(limitOption())
    .addHelpText(
      'after',
      example('holdfast webhooks deliveries 0192f3b1-5c3e-7f60-a1b2-c3d4e5f60718 --status dead --limit 20'),
    )
    .action(
      serve<[string, DeliveriesOptions]>(({ holdfast, printer }, id, { status, limit }) => {
        const query = { ...given({ status }), limit: Math.min(limit ?? 200, 200) };
        return printer.list(holdfast.webhookEndpoints.deliveries(id, query), { columns, most: limit });
      }),
    );
}

function addRetry(webhooks: Command): void {
  webhooks
    .command('retry')
    .description('Sends a delivery once more, as soon as those before it are done.')
    .argument('<id>')
    .argument('<delivery>', 'its id, as `webhooks deliveries` shows it')
    .addHelpText('after', example('holdfast webhooks retry 0192f3b1-5c3e-7f60-a1b2-c3d4e5f60718 0000000000004711'))
    .action(
      serve<[string, string]>(async ({ holdfast, printer }, id, deliveryId) => {
        const delivery = await holdfast.webhookEndpoints.retry(id, deliveryId);
        printer.record(
          delivery,
          columns.map(([heading, read]) => [heading, read(delivery)] as const),
        );
      }),
    );
}

function addReplay(webhooks: Command): void {
  webhooks
    .command('replay')
    .description('Sends events to an endpoint again, as far as the history reaches.')
    .argument('<id>')
    .option('--after <number>', 'all after the event of this number; or', readNumber)
    .option('--from <time>', 'all since a time in UTC, or since so long ago, such as 24h', readPast)
    .option('--to <time>', 'with --from: until then (now)', readPast)
    .option('--only-dead', 'only those that all attempts have failed for')
    .addHelpText(
      'after',
      example(
        'holdfast webhooks replay 0192f3b1-5c3e-7f60-a1b2-c3d4e5f60718 --after 4711',
        'holdfast webhooks replay 0192f3b1-5c3e-7f60-a1b2-c3d4e5f60718 --from 24h --only-dead',
      ),
    )
    .action(
      serve<[string, ReplayOptions]>(async ({ holdfast, printer }, id, options) => {
        const answer = await holdfast.webhookEndpoints.replay(id, replayOf(options));
        printer.value(answer, String(answer.replayed), 'So many events are sent again.');
      }),
    );
}

function replayOf({ after, from, to, onlyDead }: ReplayOptions) {
  const only_dead = onlyDead;
  if (after !== undefined && from === undefined && to === undefined) return { after, ...given({ only_dead }) };
  if (from !== undefined && after === undefined) return { from, ...given({ to, only_dead }) };
  throw new UsageError('Say which events, with one of --after and --from.');
}

function lastAnswerOf({ attempts }: WebhookDelivery): Cell {
  const last = attempts.at(-1);
  return last === undefined ? null : (last.status ?? last.error);
}
