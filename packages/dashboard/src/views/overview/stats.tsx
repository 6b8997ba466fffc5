import type { Holdfast } from '@holdfast/sdk';

import { PlaceLink } from '../../app/place-link.tsx';
import { usePlaceQuery } from '../../live/place-query.ts';
import { formatCredits, formatNumber } from '../../ui/format.ts';
import { Stat } from '../../ui/stat.tsx';
import type { Figures } from './figures.ts';

interface StatProps {
  /** Undefined while they are on their way. */
  readonly figures: Figures | undefined;
}

/** As many locks as one request counts. */
const mostCounted = 1_000;

export function LocksStat({ figures }: StatProps) {
  const { data } = usePlaceQuery({ family: 'resources', key: ['count'], load: countLocks });
  return (
    <Stat
      icon="resources"
      label="Locks held"
      value={data}
      note={
        figures && (
          <PlaceLink to="resources" className="underline decoration-line-strong underline-offset-2 hover:text-ink">
            {formatNumber(figures.taken)} taken, {formatNumber(figures.lapsed)} lapsed in 24 hours
          </PlaceLink>
        )
      }
    />
  );
}

/** Where a tier limits them, the server counts; else they are counted here, as far as one page goes. */
async function countLocks(holdfast: Holdfast, signal: AbortSignal): Promise<string> {
  const { used } = await holdfast.limits({ signal });
  if (used.concurrent_locks !== null) return formatNumber(used.concurrent_locks);
  const { reservations, nextCursor } = await holdfast.resources.list({ limit: mostCounted }, { signal });
  return `${formatNumber(reservations.length)}${nextCursor === null ? '' : '+'}`;
}

export function CreditsStat({ figures }: StatProps) {
  return (
    <Stat
      icon="credits"
      label="Credits spent"
      value={figures && formatCredits(figures.spent)}
      unit="in 24 hours"
      note={figures && `${formatCredits(figures.held)} held for work under way`}
    />
  );
}

export function CapacityStat() {
  const { data } = usePlaceQuery({ family: 'capacity', key: ['day'], load: loadBookings, intervalMs: 60_000 });
  return (
    <Stat
      icon="capacity"
      label="Capacity booked"
      value={data && formatNumber(data.peakGb)}
      unit="GB peak in 24 hours"
      note={data && `${formatNumber(data.nowGb)} GB now, of at most ${formatNumber(data.limitGb)}`}
    />
  );
}

const intervalMs = 15 * 60 * 1_000;
const dayMs = 24 * 60 * 60 * 1_000;

/** What is booked now and in the 24 hours to come. */
async function loadBookings(holdfast: Holdfast, signal: AbortSignal) {
  const fromMs = Math.floor(Date.now() / intervalMs) * intervalMs;
  const period = { from: new Date(fromMs), to: new Date(fromMs + dayMs) };
  const intervals = await holdfast.capacity.calendar(period, { signal });
  const now = intervals[0]!;
  const peakGb = Math.max(...intervals.map(({ reservedGb }) => reservedGb));
  return { peakGb, nowGb: now.reservedGb, limitGb: now.reservationLimitGb };
}

export function RefusalsStat({ figures }: StatProps) {
  return (
    <Stat
      icon="limits"
      label="Limits reached"
      value={figures && formatNumber(figures.limitsReached)}
      unit="in 24 hours"
      note={figures && (figures.limitsReached === 0 ? 'Nothing was refused' : 'Requests were refused from then on')}
    />
  );
}
