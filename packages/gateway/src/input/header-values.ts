import type { WireRequest } from '../wire.ts';

/**
 * All values of a header, one for each time it was sent.
 *
 * @param rawHeaders - Alternating names and values, as in Node.
 */
export function headerValuesIn(rawHeaders: readonly string[], name: string): readonly string[] {
  const wanted = name.toLowerCase();
  const values: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const given = rawHeaders[index] ?? '';
    if (given.length === wanted.length && given.toLowerCase() === wanted) values.push(rawHeaders[index + 1] ?? '');
  }
  return values;
}

/** All values of a header, as far as the transport can tell them apart. */
export function headerValuesOf(request: WireRequest, name: string): readonly string[] {
  if (request.headerValues !== undefined) return request.headerValues(name);
  const value = request.header(name);
  return value === undefined ? [] : [value];
}

/** Whether a header was sent with different values: programs disagree on which one counts. */
export function isAmbiguous(values: readonly string[]): boolean {
  return values.some((value) => value !== values[0]);
}
