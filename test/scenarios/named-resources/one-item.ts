import type {
  Holdfast,
  RenewItem,
  RenewResult,
  ReserveItem,
  ReserveResult,
  ResourceState,
  UnreserveItem,
  UnreserveResult,
} from '@holdfast/sdk';
import { expect } from 'vitest';

/** A granted claim, with all that its holder needs. */
export interface Held extends UnreserveItem {
  readonly releaseToken: string;
  readonly fencingToken: number;
}

/** Claims one resource, whatever becomes of it. */
export async function reserveOne(holdfast: Holdfast, item: ReserveItem): Promise<ReserveResult> {
  return only(await holdfast.resources.reserve([item]));
}

/** Claims one resource that must be free. */
export async function acquire(holdfast: Holdfast, item: ReserveItem): Promise<Held> {
  const result = await reserveOne(holdfast, item);
  expect(result).toMatchObject({ status: 'ACQUIRED' });
  const { releaseToken, fencingToken } = result;
  return {
    requester: item.requester,
    resource: item.resource,
    releaseToken: releaseToken!,
    fencingToken: fencingToken!,
  };
}

/** What becomes of one requester's claim after the other on the same name. */
export async function statusesOf(
  holdfast: Holdfast,
  resource: string,
  requesters: readonly string[],
): Promise<string[]> {
  const results = await holdfast.resources.reserve(requesters.map((requester) => ({ requester, resource })));
  return results.map(({ status }) => status);
}

export async function unreserveOne(
  holdfast: Holdfast,
  { requester, resource, releaseToken }: UnreserveItem,
): Promise<UnreserveResult> {
  return only(await holdfast.resources.unreserve([{ requester, resource, ...(releaseToken && { releaseToken }) }]));
}

export async function renewOne(holdfast: Holdfast, held: UnreserveItem, ttlSeconds: number): Promise<RenewResult> {
  const { requester, resource, releaseToken } = held;
  const item: RenewItem = { requester, resource, ttlSeconds, ...(releaseToken && { releaseToken }) };
  return only(await holdfast.resources.renew([item]));
}

/** `HELD` or `FREE`, for each of the names. */
export async function statesOf(
  holdfast: Holdfast,
  ...resources: readonly string[]
): Promise<ResourceState['status'][]> {
  const states = await Promise.all(resources.map((resource) => holdfast.resources.get(resource)));
  return states.map(({ status }) => status);
}

function only<Result>(results: readonly Result[]): Result {
  expect(results).toHaveLength(1);
  return results[0]!;
}
