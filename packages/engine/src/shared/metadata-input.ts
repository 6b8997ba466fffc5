import type { FieldFault } from '../shared/outcomes.ts';

const largestMetadataBytes = 4_096;

/** What is wrong with metadata beyond what a schema can say: how long it is as text, and whether it can be text at all. */
export function findMetadataFaults(metadata: object | undefined, field: string): readonly FieldFault[] {
  if (metadata === undefined) return [];
  let isFinite = true;
  const text = JSON.stringify(metadata, (_name, value: unknown) => {
    if (typeof value === 'number' && !Number.isFinite(value)) isFinite = false;
    return value;
  });
  if (!isFinite) return [{ field, rule: 'maximum', message: 'must not hold numbers beyond the range of a double' }];
  const bytes = new TextEncoder().encode(text).length;
  if (bytes <= largestMetadataBytes) return [];
  return [{ field, rule: 'maxBytes', message: `must be at most ${largestMetadataBytes} bytes as JSON, but has ${bytes}` }];
}
