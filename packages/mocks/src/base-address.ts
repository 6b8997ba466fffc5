/** The mock's address. */
export interface BaseAddress {
  /** Scheme, host and port. */
  readonly origin: string;
  /** The prefix of the contract's paths; usually empty. */
  readonly path: string;
}

/** @throws TypeError if it is no server's address. */
export function parseBaseUrl(baseUrl: string): BaseAddress {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url === undefined || !/^https?:$/u.test(url.protocol) || url.search !== '' || url.hash !== '') {
    throw new TypeError(`baseUrl must be an address such as http://localhost:4010, not ${JSON.stringify(baseUrl)}.`);
  }
  return { origin: url.origin, path: url.pathname.replace(/\/+$/u, '') };
}
