import type { MeteringRule, Metric } from '@holdfast/sdk';

import { useFilters } from '../../app/use-filters.ts';
import { usePlaceQuery } from '../../live/place-query.ts';
import { classNames } from '../../ui/class-names.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { creditsFilters } from './filters.ts';
import { MetricPrices } from './metric-prices.tsx';
import { NoMetrics } from './no-metrics.tsx';
import { describeRule } from './rule-words.ts';

/** What is counted, and what it costs: the metrics, and one of them with its prices. */
export function MetricsPanel() {
  const [{ metric: chosenKey }, setFilters] = useFilters(creditsFilters);
  const metrics = useMetrics();
  const rules = useRules();
  const error = metrics.error ?? rules.error;
  if (error)
    return <ErrorNotice error={error} onRetry={() => void Promise.all([metrics.refetch(), rules.refetch()])} />;
  if (metrics.data === undefined || rules.data === undefined) return <Skeleton className="h-96 w-full" />;
  const chosen = metrics.data.find(({ key }) => key === chosenKey) ?? metrics.data[0];
  if (chosen === undefined) return <NoMetrics />;
  return (
    <div className="grid grid-cols-1 items-start gap-5 lg:grid-cols-[16rem_minmax(0,1fr)]">
      <ul className="grid max-h-[36rem] gap-1 overflow-y-auto" aria-label="Metrics">
        {metrics.data.map((metric) => (
          <li key={metric.key}>
            <MetricButton
              metric={metric}
              rule={rules.data.find(({ id }) => id === metric.active_rule_id)}
              isChosen={metric === chosen}
              onChoose={() => setFilters({ tab: 'prices', metric: metric.key })}
            />
          </li>
        ))}
      </ul>
      <MetricPrices
        key={chosen.key}
        metric={chosen}
        rules={rules.data.filter((rule) => rule.billable_metric_key === chosen.key)}
      />
    </div>
  );
}

function useMetrics() {
  return usePlaceQuery<readonly Metric[]>({
    family: 'credits',
    key: ['metrics'],
    isLive: false,
    load: (holdfast, signal) => allOf(holdfast.credits.metrics.list({ limit: 200 }, { signal })),
  });
}

function useRules() {
  return usePlaceQuery<readonly MeteringRule[]>({
    family: 'credits',
    key: ['rules'],
    isLive: false,
    load: (holdfast, signal) => allOf(holdfast.credits.rules.list({ limit: 200 }, { signal })),
  });
}

async function allOf<Item>(list: AsyncIterable<Item>): Promise<readonly Item[]> {
  const items: Item[] = [];
  for await (const item of list) items.push(item);
  return items;
}

interface MetricButtonProps {
  readonly metric: Metric;
  readonly rule: MeteringRule | undefined;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

function MetricButton({ metric, rule, isChosen, onChoose }: MetricButtonProps) {
  return (
    <button
      type="button"
      aria-current={isChosen}
      onClick={onChoose}
      className={classNames(
        'grid w-full rounded-lg border px-3 py-2 text-left transition-colors',
        isChosen ? 'border-accent bg-accent-soft' : 'border-line bg-surface hover:bg-hover',
      )}
    >
      <span className="truncate text-sm font-medium">{metric.display_name ?? metric.key}</span>
      <span className="truncate text-xs text-muted">
        {rule ? describeRule(rule) : 'No price yet: it can’t be used'}
      </span>
    </button>
  );
}
