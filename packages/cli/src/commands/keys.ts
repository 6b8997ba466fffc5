import type { ApiKey, IssuedApiKey, Scope } from '@holdfast/sdk';
import type { Command } from 'commander';

import { CommandError, UsageError } from '../exit-codes.ts';
import { collectOrAny, given, limitOption, orNull, readEnd, readLimit, readSeconds } from '../input/arguments.ts';
import type { Unlimited } from '../input/arguments.ts';
import { confirm } from '../input/confirm.ts';
import { inPlace, placeQuery } from '../input/place.ts';
import type { Place } from '../input/place.ts';
import { collectScopesOrAll, scopesHelp } from '../input/scopes.ts';
import { limit as limitCell, list, time } from '../output/cells.ts';
import type { Printer } from '../output/printer.ts';
import type { Cell, Column } from '../output/table.ts';
import { serve } from '../session.ts';
import { example } from './example.ts';

interface KeyOptions {
  readonly label?: string;
  readonly scope?: Scope[] | 'all';
  readonly expires?: string;
  readonly address?: string[] | 'any';
  readonly opsPerMinute?: number | Unlimited;
}

const columns: readonly Column<ApiKey>[] = [
  ['id', ({ id }) => id],
  ['label', ({ label }) => label],
  ['key', ({ display }) => display],
  ['state', stateOf],
  ['expires', expiryOf],
  ['last used', ({ last_used_at }) => time(last_used_at)],
  ['scopes', ({ scopes }) => (scopes !== null && scopes.length > 3 ? `${scopes.length} scopes` : list(scopes, 'all'))],
];

export function addKeys(program: Command): void {
  const keys = program.command('keys').description('API keys. Needs the scope keys:admin.');
  addCreation(keys);
  addReads(keys);
  addChanges(keys);
  addRevocation(keys);
}

function addCreation(keys: Command): void {
  withKeyOptions(inPlace(keys.command('create'), 'live'))
    .description('Creates an API key, and prints it alone to standard output, this once: the server keeps its hash.')
    .argument('<label>', 'names it to people and in events')
    .addHelpText(
      'after',
      example(
        'holdfast keys create "Build server" --scope resources:write --ops-per-minute 100',
        'KEY=$(holdfast keys create First --tenant acme --environment test --expires 365d)',
      ) + scopesHelp,
    )
    .action(
      serve<[string, KeyOptions & Place]>(
        async ({ holdfast, printer }, label, { tenant, environment = 'live', ...options }) => {
          const { scopes, expires_at, allowed_cidrs, ops_per_minute } = membersOf(options);
          const request = given({
            tenant_id: tenant,
            scopes: scopes ?? undefined,
            expires_at: expires_at ?? undefined,
            allowed_cidrs: allowed_cidrs ?? undefined,
            ops_per_minute,
          });
          const key = await holdfast.admin.apiKeys.create({ ...request, label, environment });
          showIssued(printer, key, `This is the API key ${key.id} of ${key.tenant_id}, ${key.environment}.`);
        },
      ),
    );
}

function addReads(keys: Command): void {
  inPlace(keys.command('list'))
    .description('The API keys of an environment, oldest first, with those that count no more.')
    .addOption(limitOption())
    .addHelpText('after', example('holdfast keys list', 'holdfast keys list --tenant acme --environment test'))
    .action(
      serve<[Place & { readonly limit?: number }]>(({ holdfast, printer }, { limit, ...place }) => {
        const query = { ...placeQuery(place), limit: Math.min(limit ?? 200, 200) };
        return printer.list(holdfast.admin.apiKeys.list(query), { columns, most: limit });
      }),
    );

  keys
    .command('get')
    .description('What is known of an API key.')
    .argument('<id>')
    .addHelpText('after', example('holdfast keys get 0192f3b1-5c3e-7f60-a1b2-c3d4e5f60718'))
    .action(serve<[string]>(async ({ holdfast, printer }, id) => show(printer, await holdfast.admin.apiKeys.get(id))));
}

function addChanges(keys: Command): void {
  withKeyOptions(keys.command('update'))
    .description('Changes what is given, and leaves the rest as it is.')
    .argument('<id>')
    .option('--label <label>', 'names it to people and in events')
    .addHelpText(
      'after',
      example(
        'holdfast keys update 0192f3b1-5c3e-7f60-a1b2-c3d4e5f60718 --scope resources:read,events:read',
        'holdfast keys update 0192f3b1-5c3e-7f60-a1b2-c3d4e5f60718 --scope all --address any --expires never',
      ) + scopesHelp,
    )
    .action(
      serve<[string, KeyOptions]>(async ({ holdfast, printer }, id, options) => {
        const changes = membersOf(options);
        if (Object.keys(changes).length === 0) throw new UsageError('Say what to change, with --scope for instance.');
        show(printer, await holdfast.admin.apiKeys.update(id, changes));
      }),
    );

  keys
    .command('rotate')
    .description('Gives an API key a new value, and prints it alone to standard output. The old one is dead at once.')
    .argument('<id>')
    .option('--overlap <time>', 'let the old one live for so long: 90s, 30m, 24h, 7d', readSeconds)
    .addHelpText('after', example('KEY=$(holdfast keys rotate 0192f3b1-5c3e-7f60-a1b2-c3d4e5f60718 --overlap 24h)'))
    .action(
      serve<[string, { readonly overlap?: number }]>(async ({ holdfast, printer }, id, { overlap = 0 }) => {
        const key = await holdfast.admin.apiKeys.rotate(id, { overlap_seconds: overlap });
        const until = time(key.previous_valid_until);
        const old = until === null ? 'dead' : `valid until ${until}`;
        showIssued(printer, key, `This is the API key ${key.id} from now on. Its old value is ${old}.`);
      }),
    );
}

function addRevocation(keys: Command): void {
  keys
    .command('revoke')
    .description('Ends an API key for good, within 5 seconds. Asks first.')
    .argument('<id>')
    .option('--yes', "don't ask")
    .addHelpText('after', example('holdfast keys revoke 0192f3b1-5c3e-7f60-a1b2-c3d4e5f60718 --yes'))
    .action(
      serve<[string, { readonly yes?: boolean }]>(async ({ holdfast, printer }, id, { yes = false }) => {
        await confirm(`Revoke the API key ${id} for good?`, yes);
        show(printer, await holdfast.admin.apiKeys.revoke(id));
      }),
    );
}

function withKeyOptions(command: Command): Command {
  return command
    .option(
      '--scope <scopes>',
      'what it may do, such as resources:write,events:read; "all" of its tenant\'s (all)',
      collectScopesOrAll,
    )
    .option('--expires <time>', 'a time in UTC, or so long from now, such as 90d; "never" (never)', readEnd)
    .option('--address <cidrs>', 'where it may be used from, such as 192.0.2.0/24; "any" (any)', collectOrAny)
    .option('--ops-per-minute <count>', 'a limit of its own; "unlimited" (unlimited)', readLimit);
}

function membersOf({ label, scope, expires, address, opsPerMinute }: KeyOptions) {
  return given({
    label,
    scopes: orNull(scope),
    expires_at: orNull(expires),
    allowed_cidrs: orNull(address),
    ops_per_minute: orNull(opsPerMinute),
  });
}

function stateOf({ revoked_at, expires_at }: ApiKey): string {
  if (revoked_at !== null) return 'revoked';
  return expires_at !== null && Date.parse(expires_at) <= Date.now() ? 'expired' : 'valid';
}

function expiryOf({ expires_at }: ApiKey): Cell {
  return time(expires_at) ?? 'never';
}

function showIssued(printer: Printer, key: IssuedApiKey, about: string): void {
  if (key.api_key === null)
    throw new CommandError(
      `The value of ${key.id} went to an earlier answer, which got lost. Rotate it for another one.`,
    );
  printer.value(key, key.api_key, about);
}

function show(printer: Printer, key: ApiKey): void {
  printer.record(key, [
    ['id', key.id],
    ['label', key.label],
    ['key', key.display],
    ['tenant', key.tenant_id],
    ['environment', key.environment],
    ['state', stateOf(key)],
    ['scopes', list(key.scopes, 'all')],
    ['addresses', list(key.allowed_cidrs, 'any')],
    ['operations a minute', limitCell(key.ops_per_minute)],
    ['created', time(key.created_at)],
    ['changed', time(key.updated_at)],
    ['last used', time(key.last_used_at)],
    ['expires', expiryOf(key)],
    ['revoked', time(key.revoked_at)],
    ['old value valid until', time(key.previous_valid_until)],
  ]);
}
