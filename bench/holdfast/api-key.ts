import { toKeyText } from '@holdfast/engine';

/** The key of the tenant with this number. Number 0 is the tenant that a fresh server starts with. */
export function apiKeyOf(tenant: number): string {
  return toKeyText('hf_live_', tenant.toString(16).padStart(64, '0'));
}
