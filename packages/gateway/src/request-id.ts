/** A client's own request id is used if it is short and plain. */
const requestIdPattern = /^[\w.-]{1,64}$/u;

/** The id of a request: the client's own, or else a new one. */
export function chooseRequestId(given: string | undefined, newToken: () => string): string {
  return given !== undefined && requestIdPattern.test(given) ? given : newToken();
}
