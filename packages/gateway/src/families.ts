import { operations } from '@holdfast/contract';
import type { Family, OperationDescription } from '@holdfast/contract';

/** The root of each family's paths, such as `/api/v1`. Longest first. */
export const familyRoots: ReadonlyMap<Family, string> = findRoots(Object.values(operations));

/** The family of a path, even an unknown one. A path below no root counts as the oldest family's. */
export function familyAt(path: string): Family {
  for (const [family, root] of familyRoots) {
    if (path === root || path.startsWith(`${root}/`)) return family;
  }
  return 'namedResources';
}

function findRoots(descriptions: readonly OperationDescription[]): ReadonlyMap<Family, string> {
  const roots = new Map<Family, readonly string[]>();
  for (const { family, path } of descriptions) {
    const segments = path.split('/');
    const root = roots.get(family) ?? segments;
    const length = root.findIndex((segment, index) => segment !== segments[index]);
    roots.set(family, length === -1 ? root : root.slice(0, length));
  }
  const texts = [...roots].map(([family, segments]) => [family, segments.join('/')] as const);
  // One family's root may lie below another's: `/v1/admin/capacity` and `/v1`.
  return new Map(texts.sort(([, one], [, other]) => other.length - one.length));
}
