import { useSyncExternalStore } from 'react';

import { latencyLog } from '../../session/latency-log.ts';
import type { LatencySample } from '../../session/latency-log.ts';
import { Card } from '../../ui/card.tsx';
import { LineChart } from '../../ui/line-chart.tsx';

/** How long the server takes to answer, as this page sees it. */
export function LatencyCard() {
  const samples = useSyncExternalStore(latencyLog.subscribe, latencyLog.samples);
  const median = quantileOf(samples, 0.5);
  const slow = quantileOf(samples, 0.95);
  return (
    <Card title="Latency" actions={<span className="text-sm text-muted">of this page’s requests</span>}>
      <dl className="mb-4 flex gap-8">
        <Figure name="Median" ms={median} />
        <Figure name="95th percentile" ms={slow} />
      </dl>
      <div className="h-14">
        {samples.length > 1 && (
          <LineChart
            label={`Latency of ${samples.length} requests: median ${formatMs(median)}, 95th percentile ${formatMs(slow)}`}
            values={samples.map(({ durationMs }) => durationMs)}
          />
        )}
      </div>
    </Card>
  );
}

function Figure({ name, ms }: { readonly name: string; readonly ms: number }) {
  return (
    <div>
      <dt className="text-xs text-muted">{name}</dt>
      <dd className="text-lg font-semibold tracking-tight tabular-nums">{formatMs(ms)}</dd>
    </div>
  );
}

function formatMs(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

function quantileOf(samples: readonly LatencySample[], share: number): number {
  const sorted = samples.map(({ durationMs }) => durationMs).sort((one, other) => one - other);
  return sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
}
