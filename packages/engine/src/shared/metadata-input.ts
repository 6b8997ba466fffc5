import type { FieldFault } from './outcomes.ts';

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
  return isMetadataTooLarge(text) ? [metadataTooLarge(field, text)] : [];
}

/** Whether metadata is longer, as JSON text, than is kept. */
export function isMetadataTooLarge(text: string): boolean {
  return byteLength(text) > largestMetadataBytes;
}

function metadataTooLarge(field: string, text: string): FieldFault {
  const message = `must be at most ${largestMetadataBytes} bytes as JSON, but has ${byteLength(text)}`;
  return { field, rule: 'maxBytes', message };
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
