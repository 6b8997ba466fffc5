import type { WireRequest } from '../faults/wire-client.ts';
import { isResourceEvent, isTenantEvent } from './outbox-event.ts';
import type { OutboxEvent } from './outbox-event.ts';

/** Whoever answers reads of one tenant's environment. */
export interface Reads {
  read<Result>(request: Omit<WireRequest, 'body'>): Promise<Result>;
}

type Query = Readonly<Record<string, string>>;

/** One page of a list of events, newest first. */
interface EventListPage {
  readonly events: readonly OutboxEvent[];
  /** Undefined on the last page. */
  readonly cursor: string | undefined;
}

/** A list of events as the API has it: one of named resources, and one of all else. */
export interface EventList {
  readonly name: string;
  /** Whether an event is in this list. */
  has(event: OutboxEvent): boolean;
  page(reads: Reads, cursor: string | undefined): Promise<EventListPage>;
}

export const resourceEventList: EventList = {
  name: 'GET /api/v1/events/history',
  has: isResourceEvent,
  async page(reads, cursor) {
    const query = { limit: '1000', ...(cursor !== undefined && { cursor }) };
    const request = { operationId: 'listEventHistory', query } as const;
    const { events, nextCursor } = await reads.read<{
      readonly events: readonly OutboxEvent[];
      readonly nextCursor: string | null;
    }>(request);
    return { events, cursor: nextCursor ?? undefined };
  },
};

export const tenantEventList: EventList = {
  name: 'GET /v1/events',
  has: isTenantEvent,
  async page(reads, cursor) {
    const { data, next } = await readPage<OutboxEvent>(reads, { operationId: 'listCreditEvents' }, cursor);
    return { events: data, cursor: next };
  },
};

/** All rows of one of the lists that are paged alike. */
export async function readPages<Row>(reads: Reads, request: Omit<WireRequest, 'body'>): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let cursor: string | undefined;
  do {
    const page: { readonly data: readonly Row[]; readonly next: string | undefined } = await readPage(
      reads,
      request,
      cursor,
    );
    rows.push(...page.data);
    cursor = page.next;
  } while (cursor !== undefined);
  return rows;
}

async function readPage<Row>(
  reads: Reads,
  request: Omit<WireRequest, 'body'>,
  cursor: string | undefined,
): Promise<{ readonly data: readonly Row[]; readonly next: string | undefined }> {
  const query: Query = { ...request.query, limit: '100', ...(cursor !== undefined && { cursor }) };
  const { data, pagination } = await reads.read<{
    readonly data: readonly Row[];
    readonly pagination: { readonly next_cursor: string | null };
  }>({ ...request, query });
  return { data, next: pagination.next_cursor ?? undefined };
}
