import type { FieldFault } from '../shared/outcomes.ts';

const largestMetadataBytes = 4_096;

/** A schema can't say how long an object is as text, so this does. */
export function findMetadataFaults(metadata: object | undefined, field: string): readonly FieldFault[] {
  if (metadata === undefined) return [];
  const bytes = new TextEncoder().encode(JSON.stringify(metadata)).length;
  if (bytes <= largestMetadataBytes) return [];
  return [{ field, rule: 'maxBytes', message: `must be at most ${largestMetadataBytes} bytes as JSON, but has ${bytes}` }];
}
