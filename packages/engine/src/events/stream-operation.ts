import type { StreamOperation } from '../operation.ts';
import { eventPartition } from '../partitions.ts';
import { oldestEventNumber } from '../shared/event-log.ts';
import type { SequencedEvent } from '../shared/event-log.ts';
import { familyOfType } from '../shared/event-types.ts';
import { accepted, invalidRequest, refused } from '../shared/outcomes.ts';
import type { EventContext } from './context.ts';

interface StartingPoint {
  readonly field: string;
  /** The number of the last event that the reader has seen. */
  readonly number: number;
}

export const streamEvents: StreamOperation<EventContext> = (caller, input, { settings }) => {
  const types = input.query.types?.split(',');
  const unknown = types?.find((type) => familyOfType(type) === undefined);
  if (unknown !== undefined) return unknownType(unknown);
  const accepts = filterBy(input.query.families?.split(','), types);
  const start = findStart(input);
  const outbox = eventPartition(caller);
  return {
    outbox,
    accepts,
    begin: {
      partitions: [outbox],
      reads: [],
      run(changes, nowMs) {
        const last = changes.lastSequence(outbox);
        if (start === undefined) return accepted({ after: last, last });
        if (start.number > last) return unknownNumber(start, last);
        const windowMs = caller.eventHistoryMs ?? settings.eventHistoryMs;
        const oldest = oldestEventNumber(changes, outbox, nowMs - windowMs);
        return start.number + 1 < oldest ? eventsGone(oldest) : accepted({ after: start.number, last });
      },
    },
  };
};

/** Of no family in particular, types are enough. */
function filterBy(families: readonly string[] | undefined, types: readonly string[] | undefined) {
  const isFamily = new Set(families ?? (types === undefined ? ['resources'] : types.map(familyOfType)));
  const isType = new Set(types);
  return ({ family, type }: SequencedEvent) => isFamily.has(family) && (types === undefined || isType.has(type));
}

function unknownType(type: string) {
  return invalidRequest({ field: 'query.types', rule: 'enum', message: 'has a type that there is not', value: type });
}

function findStart({ query: { after }, headers }: Parameters<typeof streamEvents>[1]): StartingPoint | undefined {
  const lastEventId = headers?.['Last-Event-ID'];
  if (lastEventId !== undefined) return { field: 'header.Last-Event-ID', number: Number(lastEventId) };
  return after === undefined ? undefined : { field: 'query.after', number: after };
}

function unknownNumber({ field, number }: StartingPoint, last: number) {
  const message = `must be the number of an event; the last one has ${last}`;
  return invalidRequest({ field, rule: 'maximum', message, value: number });
}

function eventsGone(oldest: number) {
  const message = `The history no longer reaches so far back: its oldest event has the number ${oldest}.`;
  return refused({ code: 'events_gone', message, oldest });
}
