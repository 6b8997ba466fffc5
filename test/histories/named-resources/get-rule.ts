import type { ResourceState } from '@holdfast/sdk';

import { holdsOn, lastingOf } from './holds-on.ts';
import type { Target } from './objects.ts';
import { recognise, seenByReaders } from './spec-holds.ts';
import type { Moment } from './spec-state.ts';

type PlaceState = Omit<ResourceState, 'capacity' | 'free' | 'slots'>;

export function get(moment: Moment, target: Target, result: ResourceState): readonly Moment[] {
  if (!target.isPool) return look(moment, target.names[0]!, result);
  const { capacity, free, slots } = result;
  const freeNow = target.names.filter((name) => holdsOn(moment, name).length === 0).length;
  const isAnswer = capacity === target.names.length && free === freeNow && slots?.length === target.names.length;
  if (!isAnswer || result.status !== (freeNow > 0 ? 'FREE' : 'HELD')) return [];
  return target.names.reduce<readonly Moment[]>(
    (moments, name, index) => moments.flatMap((each) => look(each, name, slots[index]!)),
    [moment],
  );
}

function look(moment: Moment, name: string, seen: PlaceState): readonly Moment[] {
  const holds = holdsOn(moment, name);
  if (seen.resource !== name || seen.status !== (holds.length === 0 ? 'FREE' : 'HELD')) return [];
  const { requester, reservedAt, fencingToken } = seen;
  if (holds.length === 0) return requester === null && reservedAt === null && fencingToken === null ? [moment] : [];
  if (requester === null || reservedAt === null || fencingToken === null) return [];
  const seenHold = seenByReaders({ ...seen, requester, reservedAt, fencingToken });
  return lastingOf(holds).flatMap((each) => recognise(moment, each, seenHold));
}
