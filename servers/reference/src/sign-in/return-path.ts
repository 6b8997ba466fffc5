/** The longest path that is kept: it travels in a cookie. */
const longestPath = 1_024;

const start = '/dashboard';

/** Where a person goes once signed in: where they came from if that is in the dashboard, or else its start. */
export function toReturnPath(given: string | null): string {
  if (given === null || given.length > longestPath) return start;
  // As a browser reads it: with `..` and backslashes resolved, and `//host` as another host.
  const base = 'http://holdfast.invalid';
  const url = URL.parse(given, base);
  if (url?.origin !== base || !(url.pathname === start || url.pathname.startsWith(`${start}/`))) return start;
  return `${url.pathname}${url.search}`;
}
