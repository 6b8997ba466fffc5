import type {
  CreateMeteringRuleRequest,
  CreateMetricRequest,
  ListMeteringRulesData,
  ListMetricsData,
  MeteringRule,
  MeteringRulePage,
  Metric,
  MetricPage,
} from '@holdfast/contract/types';

import type { CallOptions } from '../transport/call.ts';
import type { HoldfastPromise } from '../transport/holdfast-promise.ts';
import type { PagePromise } from '../transport/pages.ts';
import type { Transport } from '../transport/transport.ts';

export type MetricQuery = NonNullable<ListMetricsData['query']>;
export type MeteringRuleQuery = NonNullable<ListMeteringRulesData['query']>;

/** What is counted, in units: `holdfast.credits.metrics`. */
export class Metrics {
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Creates a billable metric. It can be used once a metering rule prices it.
   *
   * Published as `POST /v1/billable-metrics`.
   *
   * @throws {@link ConflictError} `conflict` when there is one with this key.
   * @example
   * ```ts
   * await holdfast.credits.metrics.create({ key: 'image' });
   * await holdfast.credits.rules.create({ billable_metric_key: 'image', cost_type: 'per_unit', unit_cost: 1_000 });
   * ```
   */
  create(metric: CreateMetricRequest, options?: CallOptions): HoldfastPromise<Metric> {
    return this.#transport.call('createMetric', { body: metric }, options);
  }

  /**
   * One metric, with the id of the rule that prices it.
   *
   * Published as `GET /v1/billable-metrics/{key}`.
   *
   * @throws {@link NotFoundError} when there is no such metric.
   * @example
   * ```ts
   * const { active_rule_id } = await holdfast.credits.metrics.get('image');
   * ```
   */
  get(key: string, options?: CallOptions): HoldfastPromise<Metric> {
    return this.#transport.call('getMetric', { path: { key } }, options);
  }

  /**
   * All metrics, newest first: awaited the first page, iterated all of it.
   *
   * Published as `GET /v1/billable-metrics`.
   *
   * @example
   * ```ts
   * for await (const { key } of holdfast.credits.metrics.list()) console.log(key);
   * ```
   */
  list(query: MetricQuery = {}, options?: CallOptions): PagePromise<MetricPage, Metric> {
    return this.#transport.list('listMetrics', { query }, (page) => page.data, options);
  }
}

/** What units of a metric cost: `holdfast.credits.rules`. */
export class MeteringRules {
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Prices a metric from now on, instead of the rule before. Costs are millicredits, whole numbers. A hold that was
   * made earlier keeps its price.
   *
   * Published as `POST /v1/metering-rules`; the cost type `package` is an extension.
   *
   * @throws {@link NotFoundError} when there is no such metric.
   * @example
   * ```ts
   * const { rules } = holdfast.credits;
   * await rules.create({ billable_metric_key: 'image', cost_type: 'per_unit', unit_cost: 1_000 });
   * await rules.create({ billable_metric_key: 'export', cost_type: 'flat', flat_cost: 25_000 });
   * await rules.create({
   *   billable_metric_key: 'token',
   *   cost_type: 'tiered',
   *   mode: 'graduated',
   *   tiers: [{ up_to: 1_000_000, unit_cost: 2 }, { up_to: null, unit_cost: 1 }],
   * });
   * ```
   */
  create(rule: CreateMeteringRuleRequest, options?: CallOptions): HoldfastPromise<MeteringRule> {
    return this.#transport.call('createMeteringRule', { body: rule }, options);
  }

  /**
   * The rules of a metric or of all, replaced ones included, newest first: awaited the first page, iterated all of it.
   *
   * Published as `GET /v1/metering-rules`.
   *
   * @example
   * ```ts
   * for await (const rule of holdfast.credits.rules.list({ billable_metric_key: 'image' })) {
   *   if (rule.active && rule.cost_type === 'per_unit') console.log(rule.unit_cost, 'millicredits');
   * }
   * ```
   */
  list(query: MeteringRuleQuery = {}, options?: CallOptions): PagePromise<MeteringRulePage, MeteringRule> {
    return this.#transport.list('listMeteringRules', { query }, (page) => page.data, options);
  }
}
