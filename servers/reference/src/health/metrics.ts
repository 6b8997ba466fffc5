import type { OperationId } from '@holdfast/contract';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

import { standardError } from '../log/standard-output.ts';

const durationBucketsSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What the sweeper reports. */
export interface SweeperMetrics {
  succeeded(): void;
  failed(): void;
}

/** What came of one attempt to send a webhook: a 2xx, another status, or no answer. */
export type WebhookResult = 'delivered' | 'refused' | 'unanswered';

/** Values read when metrics are scraped. */
export interface GaugeSources {
  requestsInFlight(): number;
  openStreams(): number;
  /** Since the start. */
  streamedEvents(): number;
  /** Since the start. */
  deadWebhooks(): number;
  outboxLagMs(): number;
  sweepLagMs(): number;
  connections(): Promise<number>;
}

const clockGauges = {
  system: {
    name: 'holdfast_clock_offset_seconds',
    help: "How far Holdfast's time is ahead of this machine's clock; it doesn't follow when that is set.",
  },
  database: {
    name: 'holdfast_database_clock_offset_seconds',
    help: "How far Holdfast's time is ahead of the database's clock; it doesn't follow when that is set.",
  },
};

type ClockOwner = keyof typeof clockGauges;

type Child = Histogram.Internal<'operation' | 'status'>;

/** One server's metrics, separate from other servers in the process. */
export class Metrics {
  readonly registry = new Registry();
  readonly sweeper: SweeperMetrics;
  readonly #durations: Histogram<'operation' | 'status'>;
  readonly #children = new Map<string, Child>();
  readonly #connectionsRefused: Counter;
  readonly #webhookDurations: Histogram<'result'>;
  readonly #disagreements: Counter<'operation'>;
  #text: Promise<Buffer> | undefined;

  constructor() {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    this.#durations = new Histogram({
      name: 'holdfast_http_request_duration_seconds',
      help: 'Time from the head of a request to its answer, by operationId and status.',
      labelNames: ['operation', 'status'],
      buckets: durationBucketsSeconds,
      registers,
    });
    this.#connectionsRefused = new Counter({
      name: 'holdfast_http_connections_refused_total',
      help: 'Connections that were closed at once because HOLDFAST_MAX_CONNECTIONS were open.',
      registers,
    });
    this.#disagreements = new Counter({
      name: 'holdfast_contract_disagreements_total',
      help: 'Answers on which the two validators of the contract disagreed (HOLDFAST_CHECK_CONTRACT).',
      labelNames: ['operation'],
      registers,
    });
    this.#webhookDurations = new Histogram({
      name: 'holdfast_webhook_attempt_duration_seconds',
      help: 'Time that attempts to send a webhook took, by what came of them: delivered, refused or unanswered.',
      labelNames: ['result'],
      buckets: [...durationBucketsSeconds, 15],
      registers,
    });
    this.sweeper = createSweeperMetrics(this.registry);
    countDroppedLogLines(this.registry);
  }

  /** In Prometheus's text format, rendered once per turn of the event loop, however many ask. */
  text(): Promise<Buffer> {
    this.#text ??= this.#write().finally(() => {
      setImmediate(() => {
        this.#text = undefined;
      });
    });
    return this.#text;
  }

  async #write(): Promise<Buffer> {
    return Buffer.from(await this.registry.metrics());
  }

  observeRequest(operation: OperationId | 'none', status: number, seconds: number): void {
    const key = `${operation} ${status}`;
    let child = this.#children.get(key);
    if (child === undefined) {
      child = this.#durations.labels(operation, String(status));
      this.#children.set(key, child);
    }
    child.observe(seconds);
  }

  countRefusedConnection(): void {
    this.#connectionsRefused.inc();
  }

  countDisagreement(operation: string): void {
    this.#disagreements.inc({ operation });
  }

  observeWebhook(result: WebhookResult, seconds: number): void {
    this.#webhookDurations.observe({ result }, seconds);
  }

  /** @param aheadMs - How far Holdfast's time is ahead of that clock, in milliseconds. */
  addClockGauge(owner: ClockOwner, aheadMs: () => number): void {
    new Gauge({
      ...clockGauges[owner],
      registers: [this.registry],
      collect() {
        this.set(aheadMs() / 1_000);
      },
    });
  }

  addGauges(sources: GaugeSources): void {
    const { requestsInFlight, openStreams, sweepLagMs, outboxLagMs, connections } = sources;
    const registers = [this.registry];
    countUp(this.registry, {
      name: 'holdfast_stream_events_total',
      help: 'Events that were written to streams, each as often as it was written.',
      total: sources.streamedEvents,
    });
    countUp(this.registry, {
      name: 'holdfast_webhooks_dead_total',
      help: 'Deliveries of webhooks that have failed for the last time. They can be replayed.',
      total: sources.deadWebhooks,
    });
    new Gauge({
      name: 'holdfast_outbox_lag_seconds',
      help: 'For how long events have waited for their numbers, beyond the moment that it usually takes.',
      registers,
      collect() {
        this.set(outboxLagMs() / 1_000);
      },
    });
    new Gauge({
      name: 'holdfast_http_requests_in_flight',
      help: 'Requests that have been taken in and not answered yet.',
      registers,
      collect() {
        this.set(requestsInFlight());
      },
    });
    new Gauge({
      name: 'holdfast_http_streams',
      help: 'Open streams of events. Each of them has a connection.',
      registers,
      collect() {
        this.set(openStreams());
      },
    });
    new Gauge({
      name: 'holdfast_sweep_lag_seconds',
      help: 'How long ago the oldest thing expired that is still to be announced. It is free all the same.',
      registers,
      collect() {
        this.set(sweepLagMs() / 1_000);
      },
    });
    new Gauge({
      name: 'holdfast_http_connections',
      help: 'Open connections.',
      registers,
      async collect() {
        this.set(await connections());
      },
    });
  }
}

/** The log belongs to the process, which counts its dropped lines. */
function countDroppedLogLines(registry: Registry): void {
  countUp(registry, {
    name: 'holdfast_log_lines_dropped_total',
    help: "Lines of this process's log that could not be written, or that nobody took.",
    total: () => standardError.droppedLines,
  });
}

/** A counter of what somebody else counts. */
function countUp(registry: Registry, { name, help, total }: { name: string; help: string; total(): number }): void {
  new Counter({
    name,
    help,
    registers: [registry],
    collect() {
      this.reset();
      this.inc(total());
    },
  });
}

function createSweeperMetrics(registry: Registry): SweeperMetrics {
  const registers = [registry];
  const sweeps = new Counter({
    name: 'holdfast_sweeps_total',
    help: 'Sweeps for expired reservations, by how they ended.',
    labelNames: ['result'],
    registers,
  });
  const lastSuccess = new Gauge({
    name: 'holdfast_sweep_last_success_timestamp_seconds',
    help: 'When a sweep last came to its end. Expiries are announced late if this is long ago.',
    registers,
  });
  return {
    succeeded() {
      sweeps.inc({ result: 'succeeded' });
      lastSuccess.setToCurrentTime();
    },
    failed: () => sweeps.inc({ result: 'failed' }),
  };
}
