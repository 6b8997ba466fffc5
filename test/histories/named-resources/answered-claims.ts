import type { AnsweredClaim } from '../../outbox/check-claims.ts';
import type { RecordedCall } from '../recording/history.ts';
import type { Answer, Result } from './commands.ts';

/** What calls were answered of claims that they changed. */
export function answeredClaims(calls: readonly RecordedCall[]): readonly AnsweredClaim[] {
  return calls.flatMap(({ answer }) => (answer === undefined ? [] : claimsIn((answer as Answer).results)));
}

export function claimsIn(results: readonly Result[]): readonly AnsweredClaim[] {
  return results.flatMap(claimsOf);
}

function claimsOf(result: Result): readonly AnsweredClaim[] {
  if (!('requester' in result)) return [];
  const { resource, requester, status } = result;
  if (status === 'ACQUIRED') {
    const { acquiredSlots, fencingToken } = result;
    const taken = acquiredSlots?.[resource] ?? resource;
    return [{ type: 'RESERVED', resource: taken, requester, fencingToken: fencingToken ?? undefined }];
  }
  if (status !== 'RELINQUISHED') return [];
  return (result.released ?? []).map((freed) => ({ type: 'UNRESERVED', resource: freed, requester }));
}
