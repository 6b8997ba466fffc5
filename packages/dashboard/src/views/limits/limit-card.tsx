import { formatNumber } from '../../ui/format.ts';
import { Meter } from '../../ui/meter.tsx';
import { Countdown } from '../../ui/time.tsx';

interface LimitCardProps {
  readonly title: string;
  /** Null: it isn't counted, because there is no limit. */
  readonly used: number | null;
  /** Null: there is no limit. */
  readonly most: number | null;
  /** When the count begins anew, if it does. */
  readonly resetsAt: string | undefined;
}

export function LimitCard({ title, used, most, resetsAt }: LimitCardProps) {
  return (
    <section className="grid min-h-24 content-between gap-3 rounded-xl border border-line bg-surface p-4 shadow-card">
      {most === null ? <NoLimit title={title} used={used} /> : <Meter label={title} value={used ?? 0} most={most} />}
      <p className="text-xs text-muted tabular-nums">
        {most !== null && `${formatNumber(Math.max(0, most - (used ?? 0)))} left`}
        {most !== null && resetsAt !== undefined && (
          <>
            , anew in <Countdown until={resetsAt} />
          </>
        )}
      </p>
    </section>
  );
}

function NoLimit({ title, used }: Pick<LimitCardProps, 'title' | 'used'>) {
  return (
    <div className="flex items-baseline justify-between gap-3 text-sm">
      <h2>{title}</h2>
      <span className="text-muted tabular-nums">
        {used === null ? 'no limit, not counted' : `${formatNumber(used)}, no limit`}
      </span>
    </div>
  );
}
