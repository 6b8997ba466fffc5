import { invalidRequest } from '../../shared/outcomes.ts';
import type { FieldFault, Refused } from '../../shared/outcomes.ts';
import { fromWireTime } from '../../shared/times.ts';
import { isCidr } from '../addresses.ts';
import type { Scope } from '../scopes.ts';
import type { ApiKeySettings } from './rules.ts';

/** What a request says of a key. Null takes back; absent leaves as it is. */
export interface WireSettings {
  readonly label?: string;
  readonly scopes?: readonly Scope[] | null;
  readonly expires_at?: string | null;
  readonly allowed_cidrs?: readonly string[] | null;
  readonly ops_per_minute?: number | null;
}

/** The settings that a request gives, or its faults that a schema can't express. */
export function parseSettings(body: WireSettings): Partial<ApiKeySettings> | Refused {
  const expiresAtMs = parseTime(body.expires_at);
  const faults = findCidrFaults(body.allowed_cidrs ?? []);
  if (expiresAtMs === 'wrong') faults.push(wrongTime(body.expires_at));
  if (expiresAtMs === 'wrong' || faults.length > 0) return invalidRequest(...faults);
  return {
    ...(body.label === undefined ? {} : { label: body.label }),
    ...(body.scopes === undefined ? {} : { scopes: body.scopes }),
    ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
    ...(body.allowed_cidrs === undefined ? {} : { allowedCidrs: body.allowed_cidrs }),
    ...(body.ops_per_minute === undefined ? {} : { opsPerMinute: body.ops_per_minute }),
  };
}

/** Whether a key would be created, or changed, to have expired already. */
export function refuseExpired({ expiresAtMs }: Partial<ApiKeySettings>, nowMs: number): Refused | undefined {
  if (expiresAtMs === undefined || expiresAtMs === null || expiresAtMs > nowMs) return undefined;
  return invalidRequest({ field: '/expires_at', rule: 'future', message: 'must be later than now' });
}

function parseTime(time: string | null | undefined): number | null | undefined | 'wrong' {
  return time === null || time === undefined ? time : (fromWireTime(time) ?? 'wrong');
}

function wrongTime(value: unknown): FieldFault {
  return { field: '/expires_at', rule: 'format', message: 'must be a day that exists', value };
}

function findCidrFaults(cidrs: readonly string[]): FieldFault[] {
  return cidrs.flatMap((cidr, index) => {
    if (isCidr(cidr)) return [];
    const message = 'must be an IP address or a range of them, such as 203.0.113.0/24 or 2001:db8::/32';
    return { field: `/allowed_cidrs/${index}`, rule: 'format', message, value: cidr };
  });
}
