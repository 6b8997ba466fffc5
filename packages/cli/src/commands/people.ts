import type { Person } from '@holdfast/sdk';
import { Argument, Option } from 'commander';
import type { Command } from 'commander';

import { UsageError } from '../exit-codes.ts';
import { given, limitOption } from '../input/arguments.ts';
import { confirm } from '../input/confirm.ts';
import { time, yesOrNo } from '../output/cells.ts';
import type { Printer } from '../output/printer.ts';
import type { Column } from '../output/table.ts';
import { serve } from '../session.ts';
import { example } from './example.ts';

type Role = Person['role'];

interface Tenant {
  readonly tenant?: string;
}

const roles = ['owner', 'member', 'viewer'] as const satisfies readonly Role[];

const columns: readonly Column<Person>[] = [
  ['id', ({ id }) => id],
  ['address', ({ email }) => email],
  ['name', ({ name }) => name],
  ['role', ({ role }) => role],
  ['operator', ({ is_operator }) => yesOrNo(is_operator)],
  ['state', ({ state }) => state],
  ['signed in', ({ signed_in_at }) => time(signed_in_at)],
];

export function addPeople(program: Command): void {
  const people = program
    .command('people')
    .description('Who signs in to a tenant, and what for. Needs the scope keys:admin.');
  addList(people);
  addInvitation(people);
  addRoles(people);
  addRemoval(people);
}

function addList(people: Command): void {
  ofTenant(people.command('list'))
    .description('The open invitations and the people of a tenant.')
    .addOption(limitOption())
    .addHelpText('after', example('holdfast people list'))
    .action(
      serve<[Tenant & { readonly limit?: number }]>(({ holdfast, printer }, { limit, ...tenant }) => {
        const query = { ...queryOf(tenant), limit: Math.min(limit ?? 200, 200) };
        return printer.list(holdfast.admin.people.list(query), { columns, most: limit });
      }),
    );
}

function addInvitation(people: Command): void {
  ofTenant(people.command('invite'))
    .description('Invites whoever signs in with an address within 14 days. Nothing is sent.')
    .argument('<address>')
    .addOption(new Option('--role <role>', 'what they will be').choices(roles).default('member'))
    .option('--operator', 'let them administer the platform as well')
    .addHelpText('after', example('holdfast people invite ada@example.com --role owner'))
    .action(
      serve<[string, Tenant & { readonly role: Role; readonly operator?: true }]>(
        async ({ holdfast, printer }, email, { role, operator, ...tenant }) => {
          const invitation = { email, role, ...given({ is_operator: operator }) };
          show(printer, await holdfast.admin.people.invite(invitation, queryOf(tenant)));
        },
      ),
    );
}

function addRoles(people: Command): void {
  ofTenant(people.command('set-role'))
    .description('Changes what somebody is in a tenant, or what an invitation gives.')
    .argument('<id>')
    .addArgument(new Argument('[role]', 'what they will be').choices(roles))
    .option('--operator', 'let them administer the platform as well')
    .option('--no-operator', 'let them do so no longer')
    .addHelpText(
      'after',
      example(
        'holdfast people set-role person_4f0c2a9be81d7763a5c0 viewer',
        'holdfast people set-role person_4f0c2a9be81d7763a5c0 --no-operator',
      ),
    )
    .action(
      serve<[string, Role | undefined, Tenant & { readonly operator?: boolean }]>(
        async ({ holdfast, printer }, id, role, { operator, ...tenant }) => {
          const changes = given({ role, is_operator: operator });
          if (Object.keys(changes).length === 0) throw new UsageError('Say what to change: a role, or --operator.');
          show(printer, await holdfast.admin.people.update(id, changes, queryOf(tenant)));
        },
      ),
    );
}

function addRemoval(people: Command): void {
  ofTenant(people.command('remove'))
    .description('Takes somebody out of a tenant within 5 seconds, or an invitation back. Asks first.')
    .argument('<id>')
    .option('--yes', "don't ask")
    .addHelpText('after', example('holdfast people remove person_4f0c2a9be81d7763a5c0 --yes'))
    .action(
      serve<[string, Tenant & { readonly yes?: boolean }]>(
        async ({ holdfast, printer }, id, { yes = false, ...tenant }) => {
          await confirm(`Remove ${id} from the tenant?`, yes);
          await holdfast.admin.people.remove(id, queryOf(tenant));
          printer.about(`${id} is in the tenant no longer.`);
        },
      ),
    );
}

function ofTenant(command: Command): Command {
  return command.option('--tenant <id>', "the tenant (the API key's)");
}

function queryOf({ tenant }: Tenant) {
  return given({ tenant_id: tenant });
}

function show(printer: Printer, person: Person): void {
  printer.record(person, [
    ['id', person.id],
    ['address', person.email],
    ['name', person.name],
    ['tenant', person.tenant_id],
    ['role', person.role],
    ['operator', yesOrNo(person.is_operator)],
    ['state', person.state],
    ['invited by', person.invited_by],
    ['created', time(person.created_at)],
    ['changed', time(person.updated_at)],
    ['signed in', time(person.signed_in_at)],
    ['invitation ends', time(person.expires_at)],
  ]);
}
