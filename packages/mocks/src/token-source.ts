import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

const tokenBytes = 24;

/**
 * Tokens that look like the server's (32 opaque URL-safe characters), but are the same in every run.
 *
 * @param seed - Different seeds give different tokens.
 */
export function createTokenSource(seed: string): () => string {
  let given = 0;
  return () => {
    given += 1;
    return toBase64Url(sha256(utf8ToBytes(`${seed}/${given}`)).slice(0, tokenBytes));
  };
}

function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_');
}
