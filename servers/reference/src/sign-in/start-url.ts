/** Where a start link leads. What follows `#` stays in the browser: no log, proxy or `Referer` has it. */
export function toStartUrl(serverUrl: string, token: string): string {
  return `${serverUrl}/dashboard#start=${token}`;
}
