import type { HoldfastEvent } from '@holdfast/sdk';

import { time } from './cells.ts';
import { printable } from './printable.ts';

/** As long as the longest type, so that what follows stands in a column. */
const typeWidth = 'RESERVATION_EXPIRED'.length;

/** An event as one line for people: when, which, what, of whom, and what there is to know. */
export function eventLine(event: HoldfastEvent): string {
  const { at, subject, members, label } = 'resource' in event ? ofResource(event) : ofOthers(event);
  const details = Object.entries(members).flatMap(([name, value]) =>
    value === null ? [] : [`${name}=${textOf(value)}`],
  );
  const by = label === null ? [] : [`(${label})`];
  const cells = [time(at), `#${event.number}`, event.type.padEnd(typeWidth), subject ?? '-', ...details, ...by];
  return printable(cells.join('  '));
}

type ResourceEvent = Extract<HoldfastEvent, { readonly resource: string }>;
type OtherEvent = Exclude<HoldfastEvent, ResourceEvent>;

interface Parts {
  readonly at: string;
  readonly subject: string | null;
  readonly members: object;
  /** Of the API key that did it. Null: nobody did it. */
  readonly label: string | null;
}

function ofResource({ at, resource, requester, fencingToken, metadata, apiKeyLabel }: ResourceEvent): Parts {
  return { at, subject: resource, members: { requester, fencingToken, metadata }, label: apiKeyLabel };
}

function ofOthers({ created_at, external_customer_id, customer_id, data, api_key_label }: OtherEvent): Parts {
  return { at: created_at, subject: external_customer_id ?? customer_id, members: data, label: api_key_label };
}

function textOf(value: unknown): string {
  return typeof value === 'string' && /^[\w.:/-]+$/u.test(value) ? value : JSON.stringify(value);
}
