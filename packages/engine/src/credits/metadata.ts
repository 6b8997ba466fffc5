import { isMetadataTooLarge } from '../shared/metadata-input.ts';

/** Metadata as JSON text, so that no store ever sees a client's member names; null for none. */
export function toMetadataJson(metadata: object | undefined): string | null {
  return metadata === undefined || Object.keys(metadata).length === 0 ? null : JSON.stringify(metadata);
}

/** Metadata merged with an addition, which wins; undefined if the result is too large. */
export function mergeMetadata(existingJson: string | null, additionJson: string | null): string | null | undefined {
  if (additionJson === null) return existingJson;
  const existing = existingJson === null ? {} : (JSON.parse(existingJson) as object);
  const merged = JSON.stringify({ ...existing, ...(JSON.parse(additionJson) as object) });
  return isMetadataTooLarge(merged) ? undefined : merged;
}
