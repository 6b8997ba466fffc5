/** Who asks: everything is decided and kept within one tenant and one environment. */
export interface Caller {
  readonly tenantId: string;
  readonly environment: 'live' | 'test';
  /** The name of the API key that was used, for the event history. */
  readonly apiKeyLabel: string;
  /** Whether the key may change what holds for all tenants. */
  readonly isAdmin: boolean;
}
