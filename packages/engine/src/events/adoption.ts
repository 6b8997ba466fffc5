import { tenantKind } from '../access/records.ts';
import type { Command, Query } from '../kernel/command.ts';
import type { Changes, Row } from '../kernel/record-access.ts';
import { accessPartition, creditPartition, namedResourcePartition } from '../partitions.ts';
import type { Place } from '../place.ts';
import type { Service } from '../service.ts';
import { toWireTime } from '../shared/times.ts';
import { oldResourceEventKind, oldTenantEventKind } from './old-records.ts';
import type { OldResourceEvent, OldTenantEvent } from './old-records.ts';

/** Events of an earlier version that one commit moves. */
const movedAtOnce = 250;

/** Looked at together: a database that is further away than this process is asked once for all of them. */
const tenantsPerPage = 128;

const environments = ['live', 'test'] as const;

/** An old event, in the form in which all are announced. */
interface OldEvent {
  readonly atMs: number;
  readonly purgeAtMs: number;
  readonly text: string;
  delete(): void;
}

/**
 * Moves the events of earlier versions into their outboxes, in the order of their times, before anything new happens.
 * It may be interrupted: each is moved in one commit. Resolves to how many there were.
 */
export async function adoptOldEvents(service: Service): Promise<number> {
  let count = 0;
  for await (const page of pagesOfTenants(service)) {
    const places = page.flatMap((tenantId) => environments.map((environment) => ({ tenantId, environment })));
    for (const place of await service.query(findPlaces(places))) {
      for (let moved = -1; moved !== 0; count += moved) moved = await service.execute(moveCommand(place));
    }
  }
  return count;
}

/** Those of the places that have events of earlier versions. */
function findPlaces(places: readonly Place[]): Query<readonly Place[]> {
  return {
    partitions: [],
    reads: [],
    run(records) {
      const found: Place[] = [];
      records.forEach(places, (place) => {
        const [partition, creditsOfPlace] = [namedResourcePartition(place), creditPartition(place)];
        const hasEvents =
          records.range({ kind: oldResourceEventKind, partition, limit: 1 }).length > 0 ||
          records.range({ kind: oldTenantEventKind, partition: creditsOfPlace, limit: 1 }).length > 0;
        if (hasEvents) found.push(place);
      });
      return found;
    },
  };
}

async function* pagesOfTenants(service: Service): AsyncGenerator<readonly string[]> {
  for (let after: string | undefined; ;) {
    const range = { kind: tenantKind, partition: accessPartition, limit: tenantsPerPage };
    const position = after === undefined ? {} : { after: [after] };
    const rows = await service.query({
      partitions: [],
      reads: [],
      run: (records) => records.range({ ...range, ...position }),
    });
    yield rows.map(({ id }) => id);
    if (rows.length < tenantsPerPage) return;
    after = rows.at(-1)?.id;
  }
}

function moveCommand(place: Place): Command<number> {
  const [partition, creditsOfPlace] = [namedResourcePartition(place), creditPartition(place)];
  return {
    partitions: [partition, creditsOfPlace],
    reads: [],
    run(changes, nowMs) {
      const resourceEvents = changes.range({ kind: oldResourceEventKind, partition, limit: movedAtOnce });
      const tenantEvents = changes.range({ kind: oldTenantEventKind, partition: creditsOfPlace, limit: movedAtOnce });
      const events = [
        ...resourceEvents.map((row) => readResourceEvent(row, changes, partition)),
        ...tenantEvents.map((row) => readTenantEvent(row, changes, creditsOfPlace)),
      ];
      // The sort is stable. Of both kinds, those that come first have been read.
      const first = events.sort((left, right) => left.atMs - right.atMs).slice(0, movedAtOnce);
      for (const event of first) {
        changes.announce({ partition, place, keptMs: Math.max(0, event.purgeAtMs - nowMs), text: event.text });
        event.delete();
      }
      return first.length;
    },
  };
}

function readResourceEvent({ id, value }: Row<OldResourceEvent>, changes: Changes, partition: string): OldEvent {
  const { atMs, purgeAtMs, type, metadataJson, ...members } = value;
  const text = JSON.stringify({
    type,
    at: toWireTime(atMs),
    resource: members.resource,
    requester: members.requester,
    resourceType: members.resourceType,
    apiKeyLabel: members.apiKeyLabel,
    fencingToken: members.fencingToken,
    metadata: metadataJson === null ? null : (JSON.parse(metadataJson) as unknown),
  });
  return { atMs, purgeAtMs, text, delete: () => changes.delete(oldResourceEventKind, partition, id) };
}

/** The name of the key that did it was a part of what it says. */
function readTenantEvent({ id, value }: Row<OldTenantEvent>, changes: Changes, partition: string): OldEvent {
  const { type, customerId, externalCustomerId, dataJson, createdAtMs: atMs, purgeAtMs } = value;
  const { api_key_label: apiKeyLabel = null, ...data } = JSON.parse(dataJson) as Record<string, unknown>;
  const text = JSON.stringify({
    type,
    created_at: toWireTime(atMs),
    api_key_label: apiKeyLabel,
    customer_id: customerId,
    external_customer_id: externalCustomerId,
    data,
  });
  return { atMs, purgeAtMs, text, delete: () => changes.delete(oldTenantEventKind, partition, id) };
}
