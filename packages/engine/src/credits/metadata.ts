import { isMetadataTooLarge } from '../shared/metadata-input.ts';

/** Metadata as it is kept: as JSON text, so that no store ever meets a key of a client's choosing; null for none. */
export function toMetadataJson(metadata: object | undefined): string | null {
  return metadata === undefined || Object.keys(metadata).length === 0 ? null : JSON.stringify(metadata);
}

/** Metadata with the members of another one laid over it; undefined if that is more than metadata may be. */
export function mergeMetadata(existingJson: string | null, additionJson: string | null): string | null | undefined {
  if (additionJson === null) return existingJson;
  const existing = existingJson === null ? {} : (JSON.parse(existingJson) as object);
  const merged = JSON.stringify({ ...existing, ...(JSON.parse(additionJson) as object) });
  return isMetadataTooLarge(merged) ? undefined : merged;
}
