import type { Command } from '../kernel/command.ts';
import type { SweptKind } from '../kernel/kind-sweep.ts';
import type { Changes, Kind } from '../kernel/record-access.ts';
import { deliveryKind, lineKind, onlyId, removalKind } from './records.ts';

/** So many deliveries of an endpoint that was deleted go at a time. */
const removedAtOnce = 256;

/** Removes some deliveries of an endpoint that was deleted. As long as there are more, the removal stays due. */
export function removeSome(changes: Changes, partition: string): void {
  let isMore = false;
  changes.forEach([deliveryKind, lineKind], (kind: Kind<object>) => {
    const rows = changes.range({ kind, partition, limit: removedAtOnce });
    for (const { id } of rows) changes.delete(kind, partition, id);
    isMore ||= rows.length === removedAtOnce;
  });
  if (!isMore) changes.delete(removalKind, partition, onlyId);
}

/** Endpoints that were deleted, until their deliveries are. */
export const sweptRemovals: SweptKind = {
  kind: removalKind,
  found: 16,
  perCommand: 1,
  command: (partition): Command<void> => ({
    partitions: [partition],
    reads: [],
    run(changes) {
      if (changes.get(removalKind, partition, onlyId) !== undefined) removeSome(changes, partition);
    },
  }),
};
