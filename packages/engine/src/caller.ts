/** Who asks. Everything is decided and kept within one tenant and one environment. */
export interface Caller {
  readonly tenantId: string;
  readonly environment: 'live' | 'test';
  /** The name of the API key that was used, for the event history. */
  readonly apiKeyLabel: string;
  /** Whether the key has the admin scope: it may change what applies to all tenants. */
  readonly isAdmin: boolean;
}
