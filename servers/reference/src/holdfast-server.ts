import type { Server } from 'node:http';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';

import { Service, StoreUnavailable } from '@holdfast/engine';
import type { Environment, Store } from '@holdfast/engine';
import { authenticateJwt, createJwtVerifier, Gateway } from '@holdfast/gateway';
import type { GatewayAccess } from '@holdfast/gateway';

import type { ServerConfig } from './config/config.ts';
import { toServiceOptions } from './config/service-options.ts';
import { Metrics } from './health/metrics.ts';
import { Readiness } from './health/readiness.ts';
import { SettingsWatch } from './health/settings-watch.ts';
import { TimeWatch } from './health/time-watch.ts';
import type { WatchedClock } from './health/time-watch.ts';
import { ApiHandler } from './http/api-handler.ts';
import { createApp } from './http/app.ts';
import { Connections } from './http/connections.ts';
import { createHttpServer } from './http/http-server.ts';
import { listen } from './http/listen.ts';
import { createMetricsPage } from './http/metrics-page.ts';
import { MetricsServer } from './http/metrics-server.ts';
import { stopHttpServer } from './http/stop-http-server.ts';
import type { Logger } from './log/logger.ts';
import { createErrorReporter } from './log/report-errors.ts';
import { createNodeEnvironment } from './node-environment.ts';
import { createGuardedFetch } from './outbound/guarded-fetch.ts';
import { measureAttempts } from './outbound/measure-attempts.ts';
import { createWebhookTransport } from './outbound/webhook-transport.ts';
import { createOwnPages } from './own-pages.ts';
import type { SecondOpinion } from './second-opinion/second-opinion.ts';
import { Sweeper } from './sweeper.ts';
import { Upkeep } from './upkeep.ts';

/** How long a stop waits after the last answer for work without a client: a sweep, or a request that was cut off. */
const finishTimeoutMs = 2_000;

export interface HoldfastServerOptions {
  readonly config: ServerConfig;
  readonly logger: Logger;
  readonly now: () => number;
  /** Whether the server monitors its offset; an injected clock may say anything. */
  readonly isOwnTime: boolean;
  readonly store: Store;
  readonly secondOpinion: SecondOpinion | undefined;
  /** Where the built dashboard is. */
  readonly dashboardFolder: string;
  /** Undefined: the engine's own. */
  readonly mostSettledAtOnce: number | undefined;
}

export interface Addresses {
  /** Such as `http://127.0.0.1:4000`. */
  readonly url: string;
  /** With the path. */
  readonly metricsUrl: string;
}

/** The parts of one server, put together. Several can run in one process. */
export class HoldfastServer {
  readonly service: Service;
  readonly http: Server;
  readonly sweeper: Sweeper;
  readonly settings: SettingsWatch;
  readonly #config: ServerConfig;
  readonly #logger: Logger;
  readonly #timeWatch: TimeWatch;
  readonly #upkeeps: readonly Upkeep[];
  /** Undefined where the API's port serves the metrics. */
  readonly #metricsServer: MetricsServer | undefined;
  readonly #isOwnTime: boolean;
  readonly #connections = new Connections();
  #phase: 'starting' | 'running' | 'stopping' = 'starting';

  constructor(options: HoldfastServerOptions) {
    const { config, logger, now, isOwnTime, store, secondOpinion, dashboardFolder, mostSettledAtOnce } = options;
    const environment = createNodeEnvironment(now);
    const { newToken, elapsedMs } = environment;
    const { metricsToken, metricsPort, corsOrigins, trustedProxies } = config;
    const metrics = new Metrics();
    this.#config = config;
    this.#logger = logger;
    this.#isOwnTime = isOwnTime;
    const transport = createWebhookTransport({ allowedRanges: config.webhookAllow });
    this.service = new Service(store, environment, {
      ...toServiceOptions(config, mostSettledAtOnce),
      webhooks: measureAttempts(transport, { metrics, elapsedMs }),
    });
    const readiness = new Readiness({ store, logger, elapsedMs, phase: () => this.#phase });
    const gateway = this.#createGateway(environment, readiness);
    const { answerProblem } = gateway;
    const api = new ApiHandler({
      gateway,
      environment,
      metrics,
      logger,
      secondOpinion,
      isLast: ({ socket }) => this.#connections.isLast(socket),
      maxBodyBytes: config.maxBodyBytes,
    });
    this.#timeWatch = createTimeWatch({ now, store, logger });
    for (const note of this.#timeWatch.notes) readiness.addNote(note);
    this.settings = new SettingsWatch({ service: this.service, logger, elapsedMs });
    readiness.addNote(() => this.settings.note());
    const common = { logger, newToken, answerProblem };
    const metricsPage = createMetricsPage({ metrics, token: metricsToken, ...common });
    this.#metricsServer = metricsPort === undefined ? undefined : new MetricsServer({ metricsPage, ...common });
    const ownMetricsPage = this.#metricsServer === undefined ? metricsPage : undefined;
    const own = createOwnPages({ service: this.service, config, logger, dashboardFolder });
    this.http = createHttpServer({
      listener: createApp({ api, readiness, own, metricsPage: ownMetricsPage, corsOrigins, trustedProxies, ...common }),
      connections: this.#connections,
      maxConnections: config.maxConnections,
      silenceTimeoutMs: config.requestTimeoutMs + 60_000,
      newToken,
      answerProblem,
      onConnectionRefused: () => metrics.countRefusedConnection(),
    });
    this.#addGauges(metrics, api, gateway);
    this.sweeper = new Sweeper({
      sweep: () => this.service.sweep(),
      lagMs: () => this.service.sweepLagMs,
      logger,
      metrics: metrics.sweeper,
      random: environment.random,
    });
    readiness.addNote(this.sweeper.note);
    this.#upkeeps = this.#createUpkeeps(gateway);
    for (const upkeep of this.#upkeeps) readiness.addNote(upkeep.note);
  }

  #createGateway(environment: Environment, readiness: Readiness): Gateway {
    const reportError = createErrorReporter(this.#logger, environment.elapsedMs);
    return new Gateway({
      service: this.service,
      environment,
      access: createAccess(this.service, this.#config),
      onError: (error, requestId) => {
        if (error instanceof StoreUnavailable && error.fault !== undefined) readiness.askAgain();
        reportError(error, requestId);
      },
      problemTypeBase: this.#config.problemTypeBase,
      nextTurn,
    });
  }

  #createUpkeeps(gateway: Gateway): readonly Upkeep[] {
    const { access, events, webhooks, environment } = this.service;
    const logger = this.#logger;
    const streams = {
      tend: async () => void (await Promise.all([events.tend(), gateway.tendStreams(environment.elapsedMs())])),
    };
    return [
      new Upkeep({ of: 'keys and limits', tended: access, logger }),
      new Upkeep({ of: 'streams of events', tended: streams, logger }),
      ...(webhooks === undefined ? [] : [new Upkeep({ of: 'webhooks', tended: webhooks, logger })]),
    ];
  }

  #addGauges(metrics: Metrics, api: ApiHandler, gateway: Gateway): void {
    metrics.addGauges({
      streamedEvents: () => gateway.streamedEventCount,
      deadWebhooks: () => this.service.webhooks?.deadCount ?? 0,
      outboxLagMs: () => this.service.outboxLagMs,
      requestsInFlight: () => this.#connections.requestCount - api.openStreams,
      openStreams: () => api.openStreams,
      sweepLagMs: () => this.service.sweepLagMs,
      connections: () => new Promise((resolve) => this.http.getConnections((_error, count) => resolve(count))),
    });
    const timeWatch = this.#timeWatch;
    for (const clock of timeWatch.clocks) metrics.addClockGauge(clock.owner, () => timeWatch.aheadMs(clock));
  }

  /** Starts to listen. Resolves to the addresses of the API and of `/metrics`. */
  async listen(): Promise<Addresses> {
    const { host, port, metricsPort = 0 } = this.#config;
    const url = await listen(this.http, host, port);
    const metricsServerUrl = (await this.#metricsServer?.listen(host, metricsPort)) ?? url;
    return { url, metricsUrl: `${metricsServerUrl}/metrics` };
  }

  /** From now on the server is ready. */
  begin(): void {
    this.#phase = 'running';
    this.http.on('error', (error) => this.#logger.error({ err: error }, 'a connection could not be taken in'));
    this.sweeper.start();
    for (const upkeep of this.#upkeeps) upkeep.start();
    if (this.#isOwnTime) this.#timeWatch.start();
  }

  /** Answers all accepted requests. The store stays open. */
  async stop(): Promise<void> {
    this.#phase = 'stopping';
    this.#timeWatch.stop();
    const { shutdownTimeoutMs } = this.#config;
    // Streams of events have no end of their own.
    const streamsEnded = this.service.events.end('stopping');
    const [isAnswered] = await Promise.all([
      stopHttpServer(this.http, this.#connections, shutdownTimeoutMs),
      this.#metricsServer?.stop(),
    ]);
    if (!isAnswered) this.#logger.error(`requests were cut off: they weren't answered within ${shutdownTimeoutMs} ms`);
    const stopped = [this.sweeper, ...this.#upkeeps].map((part) => part.stop());
    const finished = Promise.all([...stopped, streamsEnded, this.service.idle()]);
    await Promise.race([finished, delay(finishTimeoutMs, undefined, { ref: false })]);
  }
}

/** The engine's, and JWTs besides, whose verification needs the network. */
function createAccess({ access, environment }: Service, { webhookAllow }: ServerConfig): GatewayAccess {
  const { now, elapsedMs } = environment;
  const verifier = createJwtVerifier({
    fetchJwks: createGuardedFetch({ allowedRanges: webhookAllow }),
    now,
    elapsedMs,
  });
  return {
    limits: access.limits,
    cannotBeKey: (apiKey) => access.cannotBeKey(apiKey),
    authenticate: (apiKey, address) => access.authenticate(apiKey, address),
    authenticateJwt: (jwt) => authenticateJwt(jwt, { verifier, access }),
  };
}

function createTimeWatch({ now, store, logger }: Pick<HoldfastServerOptions, 'now' | 'store' | 'logger'>): TimeWatch {
  const clocks: WatchedClock[] = [{ owner: 'system', now: () => Date.now() }];
  if (store.databaseNow) clocks.push({ owner: 'database', now: store.databaseNow.bind(store) });
  return new TimeWatch({ now, clocks, logger });
}
