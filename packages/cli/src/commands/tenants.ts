import type { Tenant } from '@holdfast/sdk';
import type { Command } from 'commander';

import { UsageError } from '../exit-codes.ts';
import { collectMembers, given, limitOption } from '../input/arguments.ts';
import { json, time, yesOrNo } from '../output/cells.ts';
import type { Printer } from '../output/printer.ts';
import type { Column } from '../output/table.ts';
import { serve } from '../session.ts';
import { example } from './example.ts';

interface TenantOptions {
  readonly name?: string;
  readonly tier?: string;
  readonly requireRegistration?: boolean;
  readonly metadata?: Record<string, string>;
}

const columns: readonly Column<Tenant>[] = [
  ['id', ({ id }) => id],
  ['name', ({ name }) => name],
  ['tier', ({ tier }) => tier],
  ['state', stateOf],
  ['created', ({ created_at }) => time(created_at)],
];

export function addTenants(program: Command): void {
  const tenants = program.command('tenants').description('Whom the server is for. Needs the scope platform:admin.');
  addReads(tenants);
  addWrites(tenants);
  addSuspension(tenants);
}

function addReads(tenants: Command): void {
  tenants
    .command('list')
    .description('All tenants, oldest first.')
    .addOption(limitOption())
    .addHelpText('after', example('holdfast tenants list'))
    .action(
      serve<[{ readonly limit?: number }]>(({ holdfast, printer }, { limit }) =>
        printer.list(holdfast.admin.tenants.list({ limit: Math.min(limit ?? 200, 200) }), { columns, most: limit }),
      ),
    );

  tenants
    .command('get')
    .description('One tenant.')
    .argument('<id>')
    .addHelpText('after', example('holdfast tenants get acme'))
    .action(serve<[string]>(async ({ holdfast, printer }, id) => show(printer, await holdfast.admin.tenants.get(id))));
}

function addWrites(tenants: Command): void {
  withTenantOptions(tenants.command('create'))
    .description('Creates a tenant, which has no API key yet: see `holdfast keys create --tenant`.')
    .argument('<name>', 'a name for people')
    .option('--quiet', 'print its id alone, so that a variable can take it')
    .addHelpText(
      'after',
      example(
        'holdfast tenants create "Acme GmbH" --tier starter --metadata contract=C-4711',
        'TENANT=$(holdfast tenants create "Acme GmbH" --quiet)',
      ),
    )
    .action(
      serve<[string, TenantOptions & { readonly quiet?: boolean }]>(
        async ({ holdfast, printer }, name, { quiet = false, ...options }) => {
          const tenant = await holdfast.admin.tenants.create({ ...membersOf(options), name });
          if (quiet) printer.value(tenant, tenant.id, `This is the tenant ${name}, with the tier ${tenant.tier}.`);
          else show(printer, tenant);
        },
      ),
    );

  withTenantOptions(tenants.command('update'))
    .description('Changes what is given, and leaves the rest as it is.')
    .argument('<id>')
    .option('--name <name>', 'a name for people')
    .addHelpText('after', example('holdfast tenants update acme --tier pro'))
    .action(
      serve<[string, TenantOptions]>(async ({ holdfast, printer }, id, options) => {
        const changes = membersOf(options);
        if (Object.keys(changes).length === 0) throw new UsageError('Say what to change, with --tier for instance.');
        show(printer, await holdfast.admin.tenants.update(id, changes));
      }),
    );
}

function addSuspension(tenants: Command): void {
  for (const [name, description] of [
    ['suspend', 'Refuses all of its API keys, within 5 seconds. Its data stays, and what it holds goes on lapsing.'],
    ['resume', 'Lets its API keys in again.'],
  ] as const) {
    tenants
      .command(name)
      .description(description)
      .argument('<id>')
      .addHelpText('after', example(`holdfast tenants ${name} acme`))
      .action(
        serve<[string]>(async ({ holdfast, printer }, id) => show(printer, await holdfast.admin.tenants[name](id))),
      );
  }
}

function withTenantOptions(command: Command): Command {
  return command
    .option('--tier <name>', 'its tier')
    .option('--require-registration', 'only registered names can be reserved')
    .option('--no-require-registration', 'all names can be reserved')
    .option('--metadata <key=value>', 'what helps people; repeat it for several', collectMembers);
}

function membersOf({ name, tier, requireRegistration, metadata }: TenantOptions) {
  return given({ name, tier, require_registration: requireRegistration, metadata });
}

function stateOf({ suspended }: Tenant): string {
  return suspended ? 'suspended' : 'active';
}

function show(printer: Printer, tenant: Tenant): void {
  printer.record(tenant, [
    ['id', tenant.id],
    ['name', tenant.name],
    ['tier', tenant.tier],
    ['state', stateOf(tenant)],
    ['only registered names', yesOrNo(tenant.require_registration)],
    ['metadata', json(tenant.metadata)],
    ['created', time(tenant.created_at)],
    ['changed', time(tenant.updated_at)],
  ]);
}
