/** Where the mock pretends to be. */
export interface BaseAddress {
  /** Scheme, host and port. */
  readonly origin: string;
  /** What comes before the contract's paths; mostly nothing. */
  readonly path: string;
}

/** @throws TypeError when it is no address of a server. */
export function parseBaseUrl(baseUrl: string): BaseAddress {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url === undefined || !/^https?:$/u.test(url.protocol) || url.search !== '' || url.hash !== '') {
    throw new TypeError(`baseUrl must be an address such as http://localhost:4010, not ${JSON.stringify(baseUrl)}.`);
  }
  return { origin: url.origin, path: url.pathname.replace(/\/+$/u, '') };
}
