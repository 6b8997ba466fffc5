import { defaultProblemTypeBase, isProblemTypeBase } from '@holdfast/gateway';

/** @throws TypeError when no slug can be put behind it. */
export function readProblemTypeBase(base = defaultProblemTypeBase): string {
  if (isProblemTypeBase(base)) return base;
  const rule = 'must be an http or https URL that ends with /, # or =';
  throw new TypeError(`problemTypeBase ${rule}, not ${JSON.stringify(base)}.`);
}
