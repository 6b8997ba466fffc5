/** Whose everything is: it is decided and kept within one tenant and one environment. */
export interface Place {
  readonly tenantId: string;
  readonly environment: 'live' | 'test';
}
