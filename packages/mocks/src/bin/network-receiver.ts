/** How long a server waits, in milliseconds. */
const timeoutMs = 15_000;

/** Sends a webhook over the network, to a test's receiver in whatever language. Redirects are failures, as on a server. */
export function sendOverNetwork(request: Request): Promise<Response> {
  return fetch(request, { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
}
