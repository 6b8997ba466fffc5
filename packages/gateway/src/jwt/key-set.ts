import { createLocalJWKSet } from 'jose';
import type { CryptoKey, JWK } from 'jose';

/** A JWKS that has been read. Keys are imported when a JWT first needs them. */
export type KeySet = ReturnType<typeof createLocalJWKSet>;

/** The longest JWKS that is read. */
const longestKeySetBytes = 65_536;

/** The most keys in a JWKS. */
const mostKeys = 100;

/**
 * Reads a JWKS. What is no key in it is ignored, and so are, by jose, keys that aren't public: a secret one proves
 * nothing, and a private one that lies open to everybody no more.
 *
 * @returns undefined if the text is no JWKS, or too large.
 */
export function parseKeySet(text: string): KeySet | undefined {
  if (new TextEncoder().encode(text).length > longestKeySetBytes) return undefined;
  const keys = keysIn(text);
  if (keys === undefined || keys.length > mostKeys) return undefined;
  return createLocalJWKSet({ keys: keys.filter(isObject) });
}

/**
 * The keys of a set that a JWT may be signed with: those of its `kid` and algorithm; without a `kid`, all of its
 * algorithm. Those that can't be imported are left out.
 */
export async function findKeys(keySet: KeySet, header: { alg: string; kid?: unknown }): Promise<readonly CryptoKey[]> {
  try {
    return [await keySet(header as Parameters<KeySet>[0])];
  } catch (error) {
    return isSeveral(error) ? collect(error) : [];
  }
}

/** RSA keys that are too short can be broken. Other types have one length for each algorithm. */
export function isTooShort({ algorithm }: CryptoKey): boolean {
  return 'modulusLength' in algorithm && Number(algorithm.modulusLength) < 2_048;
}

function keysIn(text: string): readonly unknown[] | undefined {
  try {
    const set = JSON.parse(text) as { readonly keys?: unknown } | null;
    return Array.isArray(set?.keys) ? set.keys : undefined;
  } catch {
    return undefined;
  }
}

function isObject(key: unknown): key is JWK {
  return typeof key === 'object' && key !== null && !Array.isArray(key);
}

/** What jose throws where several keys match, by its documented use. */
function isSeveral(error: unknown): error is AsyncIterable<CryptoKey> {
  return typeof error === 'object' && error !== null && Symbol.asyncIterator in error;
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}
