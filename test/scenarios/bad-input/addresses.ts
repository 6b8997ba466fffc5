/** What comes before a query, if there is one. */
export function pathIn(address: string): string {
  return address.split('?')[0] ?? '';
}

/** Changes what comes before a query, if there is one. */
export function changePath(address: string, change: (path: string) => string): string {
  const [path = '', query] = address.split('?');
  return query === undefined ? change(path) : `${change(path)}?${query}`;
}

/** Adds to a query, in percent-encoding. */
export function addToQuery(address: string, pairs: string): string {
  return `${address}${address.includes('?') ? '&' : '?'}${pairs}`;
}

/** Adds to a query what takes the place of a parameter, if that is there. */
export function replaceInQuery(address: string, name: string, pairs: string): string {
  const [path = '', query = ''] = address.split('?');
  const others = query.split('&').filter((pair) => pair !== '' && !pair.startsWith(`${name}=`));
  return `${path}?${[...others, pairs].join('&')}`;
}
