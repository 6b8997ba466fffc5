export interface RequestTarget {
  /** Still percent-encoded, without the query. */
  readonly path: string;
  /** Without the question mark; empty for none. */
  readonly query: string;
}

/** Splits a request target. Proxies may send a whole URL, and `OPTIONS *` has no path. */
export function splitTarget(target: string): RequestTarget {
  const local = target.startsWith('/') ? target : withoutOrigin(target);
  const mark = local.indexOf('?');
  if (mark === -1) return { path: local, query: '' };
  return { path: local.slice(0, mark), query: local.slice(mark + 1) };
}

function withoutOrigin(target: string): string {
  return target.replace(/^https?:\/\/[^/?]*/iu, '') || '/';
}
