import type { Store } from '@holdfast/engine/store';

/** What a store has that several processes share. */
export function sharedPartsOf(inner: Store): Pick<Store, 'takeTurn' | 'watch'> {
  const { takeTurn, watch } = inner;
  return {
    ...(takeTurn && { takeTurn: (partition, timeoutMs) => takeTurn.call(inner, partition, timeoutMs) }),
    ...(watch && { watch: (kind, onPartition) => watch.call(inner, kind, onPartition) }),
  };
}
