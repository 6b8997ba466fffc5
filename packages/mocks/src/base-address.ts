import { operations } from '@holdfast/contract';
import type { OperationDescription } from '@holdfast/contract';

/** Where the mock pretends to be. */
export interface BaseAddress {
  /** Scheme, host and port. */
  readonly origin: string;
  /** What comes before the contract's paths; mostly nothing. */
  readonly path: string;
}

/** @throws TypeError when it is no address of a server. */
export function parseBaseUrl(baseUrl: string): BaseAddress {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url === undefined || !/^https?:$/u.test(url.protocol) || url.search !== '' || url.hash !== '') {
    throw new TypeError(`baseUrl must be an address such as http://localhost:4010, not ${JSON.stringify(baseUrl)}.`);
  }
  return { origin: url.origin, path: url.pathname.replace(/\/+$/u, '') };
}

/** Below these the contract rules: `/api/v1`. Each family has one, where the paths of all its operations begin. */
export const pathRoots: readonly string[] = findPathRoots(Object.values(operations));

function findPathRoots(descriptions: readonly OperationDescription[]): readonly string[] {
  const roots = new Map<string, readonly string[]>();
  for (const { family, path } of descriptions) {
    const segments = path.split('/');
    const root = roots.get(family) ?? segments;
    const length = root.findIndex((segment, index) => segment !== segments[index]);
    roots.set(family, length === -1 ? root : root.slice(0, length));
  }
  return [...roots.values()].map((segments) => segments.join('/'));
}
