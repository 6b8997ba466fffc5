import type { Customer, CustomerReference } from '@holdfast/sdk';
import type { Command } from 'commander';

import { limitOption } from '../input/arguments.ts';
import { json, time } from '../output/cells.ts';
import type { Column } from '../output/table.ts';
import { serve } from '../session.ts';
import { example } from './example.ts';

interface IdOptions {
  readonly id?: boolean;
}

const columns: readonly Column<Customer>[] = [
  ['external id', ({ external_id }) => external_id],
  ['name', ({ display_name }) => display_name],
  ['overage', ({ overage_policy }) => overage_policy ?? "the tenant's"],
  ['created', ({ created_at }) => time(created_at)],
  ['id', ({ id }) => id],
];

export function addCustomers(program: Command): void {
  const customers = program.command('customers').description('Customers and their credits. Needs credits:read.');
  customers
    .command('list')
    .description('All customers, newest first.')
    .addOption(limitOption())
    .addHelpText('after', example('holdfast customers list --limit 20'))
    .action(
      serve<[{ readonly limit?: number }]>(({ holdfast, printer }, { limit }) =>
        printer.list(holdfast.credits.customers.list({ limit: Math.min(limit ?? 200, 200) }), { columns, most: limit }),
      ),
    );

  ofCustomer(customers.command('get'))
    .description('One customer.')
    .addHelpText('after', example('holdfast customers get acme'))
    .action(
      serve<[string, IdOptions]>(async ({ holdfast, printer }, name, options) => {
        const customer = await holdfast.credits.customers.get(referenceOf(name, options));
        printer.record(customer, [
          ...columns.map(([heading, read]) => [heading, read(customer)] as const),
          ['overage limit', customer.overage_limit],
          ['metadata', json(customer.metadata)],
          ['changed', time(customer.updated_at)],
        ]);
      }),
    );

  ofCustomer(customers.command('balance'))
    .description('The balances of a customer, in millicredits: 1,000 are one credit.')
    .addHelpText('after', example('holdfast customers balance acme'))
    .action(
      serve<[string, IdOptions]>(async ({ holdfast, printer }, name, options) => {
        const account = await holdfast.credits.account(referenceOf(name, options));
        printer.record(account, [
          ['customer', account.external_customer_id],
          ['balance', account.balance],
          ['held', account.reserved_balance],
          ['left', account.effective_balance],
          ['ever granted', account.lifetime_earned],
        ]);
      }),
    );
}

function ofCustomer(command: Command): Command {
  return command.argument('<customer>', 'your own id of it').option('--id', "it is Holdfast's id");
}

function referenceOf(name: string, { id = false }: IdOptions): CustomerReference {
  return id ? { id: name } : { externalId: name };
}
