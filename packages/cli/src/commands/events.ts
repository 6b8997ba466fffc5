import type { EventFamily } from '@holdfast/sdk';
import type { Command } from 'commander';

import { given, readNumber } from '../input/arguments.ts';
import { collectFamilies, collectTypes, eventTypesHelp } from '../input/event-names.ts';
import type { EventType } from '../input/event-names.ts';
import { eventLine } from '../output/event-line.ts';
import { serve } from '../session.ts';
import { untilStopped } from '../until-stopped.ts';
import { example } from './example.ts';

interface TailOptions {
  readonly types?: EventType[];
  readonly families?: EventFamily[];
  readonly after?: number;
}

export function addEvents(program: Command): void {
  const events = program.command('events').description('What happens, as it happens. Needs the scope events:read.');
  events
    .command('tail')
    .description(
      'Prints each event as it happens, a line each, until Ctrl-C. With --json, each line is a JSON document. When the connection breaks, it resumes where it was.',
    )
    .option('--families <names>', 'resources, credits, capacity, access (resources)', collectFamilies)
    .option('--types <types>', 'only these, such as RESERVED,UNRESERVED', collectTypes)
    .option('--after <number>', 'first all events after this number, as far as the history reaches', readNumber)
    .addHelpText(
      'after',
      example(
        'holdfast events tail',
        'holdfast events tail --families resources,credits --after 4711',
        "holdfast events tail --types RESERVATION_EXPIRED --json | jq -r '.resource'",
      ) + eventTypesHelp,
    )
    .action(
      serve<[TailOptions]>(({ holdfast, printer }, { families, types, after }) =>
        untilStopped(async (signal) => {
          // A stream tries again for as long as it takes: whether there is such a server and key is found out before.
          await holdfast.limits({ signal });
          const options = given({ families, types, after, signal });
          for await (const event of holdfast.events(options)) await printer.line(event, eventLine(event));
        }),
      ),
    );
}
