import type { ReservationEvent } from '@holdfast/contract';

import { countBy } from './count-by.ts';

/** A claim that is held, as a list of reservations has it. */
interface HeldClaim {
  readonly resource: string;
  readonly requester: string;
  readonly fencingToken: number;
}

/** What was answered to somebody who changed a claim. */
export interface AnsweredClaim {
  readonly type: ReservationEvent['type'];
  readonly resource: string;
  readonly requester: string;
  /** Undefined where the answer doesn't have it. */
  readonly fencingToken?: number | undefined;
}

export interface Claims {
  /** Everything that is held now. */
  readonly held: readonly HeldClaim[];
  /** What was answered, once for each time that it was done. */
  readonly answered?: readonly AnsweredClaim[];
}

/** The events of each resource tell one story, which ends with what is held. */
export function checkClaims(events: readonly ReservationEvent[], { held, answered = [] }: Claims): readonly string[] {
  const broken: string[] = [];
  const holders = new Map<string, ReservationEvent>();
  const highest = new Map<string, number>();
  for (const event of events) {
    const { resource, type, requester, fencingToken } = event;
    const holder = holders.get(resource);
    const tell = (what: string) => broken.push(`${what}: ${JSON.stringify(event)} after ${JSON.stringify(holder)}`);
    if (type === 'RESERVED') {
      if (holder !== undefined) tell('A name was granted while somebody held it');
      if (fencingToken <= (highest.get(resource) ?? 0)) tell('The fencing tokens of a name did not rise');
      holders.set(resource, event);
    } else {
      // A blocker is held as long as anything that it was taken along with, which may have been reserved later.
      const isOfHold = holder !== undefined && holder.requester === requester && fencingToken >= holder.fencingToken;
      if (type !== 'FORCE_RELEASED' && !isOfHold) tell('What was renewed or ended is not what was reserved last');
      if (type === 'FORCE_RELEASED' && holder === undefined) tell('What nobody held was taken away');
      if (type !== 'RENEWED') holders.delete(resource);
    }
    highest.set(resource, Math.max(fencingToken, highest.get(resource) ?? 0));
  }
  return [...broken, ...compareHolders(holders, held), ...findUnannounced(events, answered)];
}

function compareHolders(holders: ReadonlyMap<string, ReservationEvent>, held: readonly HeldClaim[]): readonly string[] {
  const listed = new Map(held.map((claim) => [claim.resource, claim]));
  const unended = [...holders.values()].filter(({ resource }) => !listed.has(resource));
  const unheard = held.filter((claim) => holders.get(claim.resource)?.requester !== claim.requester);
  return [
    ...unended.map((event) => `Nobody was told that this ended: ${JSON.stringify(event)}`),
    ...unheard.map((claim) => `This is held, and no event says so: ${JSON.stringify(claim)}`),
  ];
}

/** What was answered has its event, as often as it was done. */
function findUnannounced(events: readonly ReservationEvent[], answered: readonly AnsweredClaim[]): readonly string[] {
  const announced = countBy(
    events.flatMap((event) => [keyOf(event), keyOf({ ...event, fencingToken: undefined })]),
    (key) => key,
  );
  return [...countBy(answered, keyOf)].flatMap(([key, count]) => {
    const found = announced.get(key) ?? 0;
    return found >= count ? [] : [`Answered ${count} times, and announced ${found} times: ${key}`];
  });
}

function keyOf({ type, resource, requester, fencingToken }: AnsweredClaim): string {
  return [type, resource, requester, ...(fencingToken === undefined ? [] : [fencingToken])].join(' ');
}
