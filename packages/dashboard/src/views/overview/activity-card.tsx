import type { HoldfastEvent } from '@holdfast/sdk';

import { Bars } from '../../ui/bars.tsx';
import { Card } from '../../ui/card.tsx';
import { countOf } from '../../ui/format.ts';
import { useNow } from '../../ui/now.ts';
import { countByMinute } from './figures.ts';

const minutes = 60;

/** How much went on in the last hour. */
export function ActivityCard({ events }: { readonly events: readonly HoldfastEvent[] }) {
  const counts = countByMinute(events, useNow(), minutes);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const describe = (count: number, index: number) =>
    `${countOf(count, 'event')}, ${countOf(minutes - 1 - index, 'minute')} ago`;
  return (
    <Card
      title="Activity"
      actions={<span className="text-sm text-muted">{countOf(total, 'event')} in the last hour</span>}
    >
      <div className="h-24">
        <Bars
          label={`${countOf(total, 'event')} in the last hour, minute by minute`}
          values={counts}
          describe={describe}
        />
      </div>
      <div className="mt-2 flex justify-between text-xs text-faint">
        <span>an hour ago</span>
        <span>now</span>
      </div>
    </Card>
  );
}
