import type { State } from '../model/state.ts';
import type { Answered } from './explain.ts';

/** What programs must cover, all together, to prove anything. */
export const expectedCoverage: readonly string[] = `
  reserve ok, quote ok, calendar ok, windows ok, limits ok
  reserve insufficient_capacity, reserve concurrent_write, quote insufficient_capacity
  reserve invalid_request, quote invalid_request
  refused by the platform, refused by the cap, some fit and some don't, none left
  filled to the brim, cap below what is booked, platform below what is booked
`
  .split(/[,\n]/u)
  .flatMap((word) => word.trim() || []);

/** What an answer tells, in a few words each. */
export function coverageOf({ request, outcome }: Answered, before: State): readonly string[] {
  if (outcome.ok) return [`${request.type} ok`];
  if (outcome.code !== 'capacity_not_available' || !('demands' in request)) return [`${request.type} ${outcome.code}`];
  const shortfalls = outcome.intervals as readonly { readonly reason: string; readonly reservableGb: number }[];
  const byPlatform = request.demands.map(({ interval }) => {
    return (
      before.platformGb(interval) - before.reservedByAllGb(interval) <
      before.capGb(request.org, interval) - before.reservedGb(request.org, interval)
    );
  });
  return [
    ...shortfalls.map(({ reason }) => `${request.type} ${reason}`),
    ...byPlatform.map((isPlatform) => (isPlatform ? 'refused by the platform' : 'refused by the cap')),
    ...(shortfalls.length < request.demands.length ? ["some fit and some don't"] : []),
    ...(shortfalls.some(({ reservableGb }) => reservableGb === 0) ? ['none left'] : []),
  ];
}
