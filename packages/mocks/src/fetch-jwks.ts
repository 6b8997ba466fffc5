const timeoutMs = 5_000;

/**
 * The text behind an issuer's `jwks_uri`, by the global `fetch`, so that a test can have MSW answer in its place. A
 * redirect is a failure, as on a server.
 */
export async function fetchJwks(uri: string): Promise<string> {
  const headers = { Accept: 'application/json' };
  const response = await fetch(uri, { headers, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok) throw new Error(`${uri} answers with ${response.status}.`);
  return response.text();
}
