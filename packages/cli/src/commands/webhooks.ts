import type { IssuedWebhookEndpoint, WebhookEndpoint, WebhookEventType } from '@holdfast/sdk';
import { Option } from 'commander';
import type { Command } from 'commander';

import { CommandError, UsageError } from '../exit-codes.ts';
import { collectHeaders, given, limitOption, orNull, readSeconds } from '../input/arguments.ts';
import { confirm } from '../input/confirm.ts';
import { collectGroupsOrAll, eventTypesHelp } from '../input/event-names.ts';
import { json, list, time } from '../output/cells.ts';
import type { Printer } from '../output/printer.ts';
import type { Column } from '../output/table.ts';
import { serve } from '../session.ts';
import { example } from './example.ts';
import { addDeliveries } from './webhook-deliveries.ts';

interface EndpointOptions {
  readonly types?: WebhookEventType[] | 'all';
  readonly description?: string;
  readonly header?: Record<string, string>;
}

interface EndpointChanges extends EndpointOptions {
  readonly url?: string;
  readonly enable?: boolean;
  readonly disable?: boolean;
}

const columns: readonly Column<WebhookEndpoint>[] = [
  ['id', ({ id }) => id],
  ['url', ({ url }) => url],
  ['state', stateOf],
  ['types', ({ types }) => (types !== null && types.length > 3 ? `${types.length} types` : list(types, 'all'))],
  ['created', ({ created_at }) => time(created_at)],
];

export function addWebhooks(program: Command): void {
  const webhooks = program
    .command('webhooks')
    .description('Where events are sent to, and what became of them. Needs the scope webhooks:admin.');
  addReads(webhooks);
  addCreation(webhooks);
  addChanges(webhooks);
  addDeletion(webhooks);
  addDeliveries(webhooks);
}

function addReads(webhooks: Command): void {
  webhooks
    .command('list')
    .description('All endpoints, oldest first.')
    .addOption(limitOption())
    .addHelpText('after', example('holdfast webhooks list'))
    .action(
      serve<[{ readonly limit?: number }]>(({ holdfast, printer }, { limit }) => {
        const query = { limit: Math.min(limit ?? 200, 200) };
        return printer.list(holdfast.webhookEndpoints.list(query), { columns, most: limit });
      }),
    );

  webhooks
    .command('get')
    .description('One endpoint; never its secret.')
    .argument('<id>')
    .addHelpText('after', example('holdfast webhooks get 0192f3b1-5c3e-7f60-a1b2-c3d4e5f60718'))
    .action(
      serve<[string]>(async ({ holdfast, printer }, id) => show(printer, await holdfast.webhookEndpoints.get(id))),
    );
}

function addCreation(webhooks: Command): void {
  withEndpointOptions(webhooks.command('create'))
    .description('Sends events to a URL from now on, and prints the secret that they are signed with, this once.')
    .argument('<url>', 'where to, such as https://example.com/holdfast')
    .addHelpText(
      'after',
      example(
        'SECRET=$(holdfast webhooks create https://example.com/holdfast)',
        'holdfast webhooks create https://example.com/holdfast --types "credits.*,RESERVATION_EXPIRED"',
      ) + eventTypesHelp,
    )
    .action(
      serve<[string, EndpointOptions]>(async ({ holdfast, printer }, url, options) => {
        const endpoint = await holdfast.webhookEndpoints.create({ ...membersOf(options), url });
        showIssued(printer, endpoint, `This is the secret of the webhook endpoint ${endpoint.id}.`);
      }),
    );
}

function addChanges(webhooks: Command): void {
  withEndpointOptions(webhooks.command('update'))
    .description('Changes what is given, and leaves the rest as it is.')
    .argument('<id>')
    .option('--url <url>', 'where to')
    .addOption(
      new Option('--enable', 'send to it again; `webhooks replay` has what it missed sent').conflicts('disable'),
    )
    .option('--disable', 'send nothing to it')
    .addHelpText(
      'after',
      example(
        'holdfast webhooks update 0192f3b1-5c3e-7f60-a1b2-c3d4e5f60718 --types all',
        'holdfast webhooks update 0192f3b1-5c3e-7f60-a1b2-c3d4e5f60718 --enable',
      ) + eventTypesHelp,
    )
    .action(
      serve<[string, EndpointChanges]>(async ({ holdfast, printer }, id, { url, enable, disable, ...options }) => {
        const enabled = enable ?? (disable === true ? false : undefined);
        const changes = { ...membersOf(options), ...given({ url, enabled }) };
        if (Object.keys(changes).length === 0) throw new UsageError('Say what to change, with --types for instance.');
        show(printer, await holdfast.webhookEndpoints.update(id, changes));
      }),
    );

  webhooks
    .command('rotate')
    .description('Gives an endpoint a new secret, and prints it alone to standard output.')
    .argument('<id>')
    .option('--overlap <time>', 'sign with the old one, too, for so long: 0s, 30m, 7d (24h)', readSeconds)
    .addHelpText('after', example('SECRET=$(holdfast webhooks rotate 0192f3b1-5c3e-7f60-a1b2-c3d4e5f60718)'))
    .action(
      serve<[string, { readonly overlap?: number }]>(async ({ holdfast, printer }, id, { overlap }) => {
        const endpoint = await holdfast.webhookEndpoints.rotateSecret(id, given({ overlap_seconds: overlap }));
        showIssued(printer, endpoint, `This is the secret of the webhook endpoint ${endpoint.id} from now on.`);
      }),
    );
}

function addDeletion(webhooks: Command): void {
  webhooks
    .command('delete')
    .description('Forgets an endpoint, with what is still to be sent to it. Asks first.')
    .argument('<id>')
    .option('--yes', "don't ask")
    .addHelpText('after', example('holdfast webhooks delete 0192f3b1-5c3e-7f60-a1b2-c3d4e5f60718 --yes'))
    .action(
      serve<[string, { readonly yes?: boolean }]>(async ({ holdfast, printer }, id, { yes = false }) => {
        await confirm(`Delete the webhook endpoint ${id}, with what is still to be sent to it?`, yes);
        await holdfast.webhookEndpoints.delete(id);
        printer.about(`There is no webhook endpoint ${id} any more.`);
      }),
    );
}

function withEndpointOptions(command: Command): Command {
  return command
    .option('--types <types>', 'which events, such as "credits.*,RESERVED"; "all" (all)', collectGroupsOrAll)
    .option('--description <text>', 'what helps people')
    .option('--header <name: value>', 'a header of each request; repeat it for several', collectHeaders);
}

function membersOf({ types, description, header }: EndpointOptions) {
  return given({ types: orNull(types), description, headers: header });
}

function stateOf({ enabled, disabled_reason }: WebhookEndpoint): string {
  if (enabled) return 'enabled';
  return disabled_reason === null ? 'disabled' : `disabled: ${disabled_reason}`;
}

function showIssued(printer: Printer, endpoint: IssuedWebhookEndpoint, about: string): void {
  if (endpoint.secret === null)
    throw new CommandError(
      `The secret of ${endpoint.id} went to an earlier answer, which got lost. Rotate it for another one.`,
    );
  printer.value(endpoint, endpoint.secret, about);
}

function show(printer: Printer, endpoint: WebhookEndpoint): void {
  printer.record(endpoint, [
    ['id', endpoint.id],
    ['url', endpoint.url],
    ['state', stateOf(endpoint)],
    ['types', list(endpoint.types, 'all')],
    ['description', endpoint.description],
    ['headers', json(endpoint.headers)],
    ['created', time(endpoint.created_at)],
    ['changed', time(endpoint.updated_at)],
  ]);
}
