import { defaultProblemTypeBase, isProblemTypeBase } from '@holdfast/gateway';

/** @throws TypeError if appending a slug gives no URL. */
export function readProblemTypeBase(base = defaultProblemTypeBase): string {
  if (isProblemTypeBase(base)) return base;
  const rule = 'must be an http or https URL that ends with /, # or =';
  throw new TypeError(`problemTypeBase ${rule}, not ${JSON.stringify(base)}.`);
}
