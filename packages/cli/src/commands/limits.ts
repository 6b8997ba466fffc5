import type { Limits } from '@holdfast/sdk';
import type { Command } from 'commander';

import { limit, time } from '../output/cells.ts';
import type { Cell, Column } from '../output/table.ts';
import { serve } from '../session.ts';
import { example } from './example.ts';

/** The names of the figures, and when each begins anew, if it does. */
const figures = [
  ['operations a minute', 'ops_per_minute', 'minute'],
  ['operations a day', 'ops_per_day', 'day'],
  ['reads a minute', 'reads_per_minute', 'minute'],
  ['operations a minute of this key', 'key_ops_per_minute', 'minute'],
  ['concurrent locks', 'concurrent_locks', undefined],
  ['API keys', 'api_keys', undefined],
] as const;

type Row = readonly [name: string, used: Cell, of: Cell, anew: Cell];

const columns: readonly Column<Row>[] = [
  ['limit', ([name]) => name],
  ['used', ([, used]) => used],
  ['of', ([, , of]) => of],
  ['anew at', ([, , , anew]) => anew],
];

export function addLimits(program: Command): void {
  program
    .command('limits')
    .description('The limits of the API key, and what is used of them. Any valid key may see them.')
    .addHelpText('after', example('holdfast limits'))
    .action(
      serve<[object]>(async ({ holdfast, printer }) => {
        const limits = await holdfast.limits();
        printer.table(limits, rowsOf(limits), columns);
        printer.about(
          `The tier is ${limits.tier}.${limits.enforce ? '' : ' Its limits refuse nothing: they are only counted.'}`,
        );
      }),
    );
}

function rowsOf({ limits, used, resets_at }: Limits): readonly Row[] {
  return figures.map(([name, figure, window]) => [
    name,
    used[figure],
    limit(limits[figure]),
    window === undefined ? null : time(resets_at[window]),
  ]);
}
