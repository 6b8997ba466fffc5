/** The key of the tenant with this number. Number 0 is the tenant that a fresh server starts with. */
export function apiKeyOf(tenant: number): string {
  return `hf_live_${String(tenant).padStart(43, '0')}`;
}
