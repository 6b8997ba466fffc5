import type { Exchange, Recording } from './recording.ts';

interface Row {
  readonly id: string;
  readonly created_at?: string;
  /** Since version 4. */
  readonly number?: number;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** How this version gives an answer of an earlier one. Later versions may add members; what was there stays as it was. */
export function asOfNow({ path, answer }: Exchange, { writtenAtMs }: Pick<Recording, 'writtenAtMs'>): unknown {
  if (path.startsWith('/api/v1/events/history')) {
    const { events, ...rest } = answer as { readonly events: readonly Row[] };
    return { ...rest, events: events.map(withoutId) };
  }
  const isOfEvents = path.startsWith('/v1/events');
  if (!isOfEvents && !path.includes('/transactions')) return answer;
  const { data, ...rest } = answer as { readonly data: readonly Row[] };
  // An entry of what lapsed since is this version's, which names it as it does.
  const isOfNow = ({ created_at: createdAt = '' }: Row) => Date.parse(createdAt) > writtenAtMs;
  const toEvent = (row: Row) => (row.number === undefined ? withoutId(withLabelOutside(row)) : row);
  const toEntry = (row: Row) => (isOfNow(row) ? withoutId(row) : row);
  return { ...rest, data: data.map(isOfEvents ? toEvent : toEntry) };
}

/** An answer of this version without events of what the earlier one didn't announce: entries of what lapsed since. */
export function withoutNewTypes({ path, answer }: Exchange, before: Exchange): unknown {
  if (!path.startsWith('/v1/events')) return answer;
  const { data: dataBefore } = before.answer as { readonly data: readonly Row[] };
  if (dataBefore.some(({ number }) => number !== undefined)) return answer;
  const { data, ...rest } = answer as { readonly data: readonly { readonly type: string }[] };
  const isNew = (type: string) => type.startsWith('credits.') && type !== 'credits.overage';
  return { ...rest, data: data.filter(({ type }) => !isNew(type)) };
}

/** The ids of events are their numbers, which they got when they were carried over. */
function withoutId({ id: _id, ...row }: Row): object {
  return row;
}

/** The name of the API key that did it was among what there is to know about it. */
function withLabelOutside({ data = {}, ...event }: Row): Row {
  const { api_key_label: label = null, ...others } = data;
  const outside = { api_key_label: label, data: others };
  return { ...event, ...outside };
}
