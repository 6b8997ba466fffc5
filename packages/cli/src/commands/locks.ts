import type { Reservation, ResourceState } from '@holdfast/sdk';
import type { Command } from 'commander';

import { UsageError } from '../exit-codes.ts';
import { given, limitOption } from '../input/arguments.ts';
import { confirm } from '../input/confirm.ts';
import { json, list, time } from '../output/cells.ts';
import type { Printer } from '../output/printer.ts';
import type { Cell, Column } from '../output/table.ts';
import { serve } from '../session.ts';
import { example } from './example.ts';

const columns: readonly Column<Reservation>[] = [
  ['resource', ({ resource }) => resource],
  ['held by', ({ requester }) => requester],
  ['since', ({ reservedAt }) => time(reservedAt)],
  ['until', ({ expiresAt }) => time(expiresAt) ?? 'released'],
  ['fencing token', ({ fencingToken }) => fencingToken],
  ['metadata', ({ metadata }) => json(metadata)],
];

export function addLocks(program: Command): void {
  const locks = program.command('locks').description('Named resources, and who holds them.');
  locks
    .command('list')
    .description('What is held now. Needs the scope resources:read.')
    .option('--prefix <text>', 'only names that begin so')
    .addOption(limitOption())
    .addHelpText('after', example('holdfast locks list --prefix order- --limit 20'))
    .action(
      serve<[{ readonly prefix?: string; readonly limit?: number }]>(({ holdfast, printer }, { prefix, limit }) => {
        const query = { ...given({ resourcePrefix: prefix }), limit: Math.min(limit ?? 1_000, 1_000) };
        return printer.list(holdfast.resources.list(query), { columns, most: limit });
      }),
    );

  locks
    .command('get')
    .description('Whether a resource is held, and by whom; of a pool, how many slots are free.')
    .argument('<resource>')
    .addHelpText('after', example('holdfast locks get order-42'))
    .action(serve<[string]>(async ({ holdfast, printer }, name) => show(printer, await holdfast.resources.get(name))));

  addRelease(locks);
}

function addRelease(locks: Command): void {
  locks
    .command('release')
    .description(
      'Takes a resource from its holder, who keeps believing that it is his. Needs the scope resources:admin.',
    )
    .argument('<resource>', 'its name; of a pool, the name of a slot')
    .option('--force', 'needed: without it, only who has the release token can release')
    .option('--reason <text>', 'why, for its holder and for whoever audits: the event says it')
    .option('--yes', "don't ask")
    .addHelpText('after', example("holdfast locks release order-42 --force --reason 'worker-7 has lost its disk'"))
    .action(
      serve<[string, { readonly force?: boolean; readonly reason?: string; readonly yes?: boolean }]>(
        async ({ holdfast, printer }, resource, { force = false, reason, yes = false }) => {
          if (!force)
            throw new UsageError('Only who has its release token releases a resource: --force takes it away.');
          await confirm(`Take ${resource} from whoever holds it?`, yes);
          const result = await holdfast.resources.forceRelease(resource, given({ reason }));
          printer.record(result, [
            ['resource', result.resource],
            ['status', result.status],
            ['released', list(result.released, '-')],
            ['it was held by', result.heldBy?.requester ?? null],
            ['since', time(result.heldBy?.since ?? null)],
          ]);
        },
      ),
    );
}

function show(printer: Printer, state: ResourceState): void {
  const rows: (readonly [string, Cell])[] = [
    ['resource', state.resource],
    ['status', state.status],
  ];
  if (state.capacity === null) {
    const until = state.reservedAt === null ? null : (time(state.expiresAt) ?? 'released');
    rows.push(
      ['held by', state.requester],
      ['since', time(state.reservedAt)],
      ['until', until],
      ['fencing token', state.fencingToken],
      ['metadata', json(state.metadata)],
    );
  } else {
    rows.push(['free', `${state.free} of ${state.capacity}`]);
    for (const { resource, requester } of state.slots ?? []) rows.push([resource, requester ?? 'free']);
  }
  printer.record(state, rows);
}
