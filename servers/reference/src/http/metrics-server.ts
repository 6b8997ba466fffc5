import type { Server } from 'node:http';

import type { AnswerProblem } from '@holdfast/gateway';

import type { Logger } from '../log/logger.ts';
import { createMetricsApp } from './app.ts';
import type { PageSource } from './app.ts';
import { Connections } from './connections.ts';
import { createHttpServer } from './http-server.ts';
import { listen } from './listen.ts';
import { stopHttpServer } from './stop-http-server.ts';

/** Room for many scrapers; connections of theirs that are left open can't take those of the API. */
const maxConnections = 64;

/** How long a connection may be silent during a request, in milliseconds. An answer takes a few. */
const silenceTimeoutMs = 10_000;

/** How long a stop waits for a scraper to take its answer, in milliseconds. */
const longestStopMs = 1_000;

export interface MetricsServerOptions {
  readonly metricsPage: PageSource;
  readonly logger: Logger;
  readonly newToken: () => string;
  readonly answerProblem: AnswerProblem;
}

/** `/metrics` on a port of its own, with the same limits on what a client may hold as the API has. */
export class MetricsServer {
  readonly #http: Server;
  readonly #logger: Logger;
  readonly #connections = new Connections();

  constructor(options: MetricsServerOptions) {
    const { newToken, answerProblem, logger } = options;
    this.#logger = logger;
    this.#http = createHttpServer({
      listener: createMetricsApp(options),
      connections: this.#connections,
      maxConnections,
      silenceTimeoutMs,
      newToken,
      answerProblem,
      onConnectionRefused: () =>
        logger.warn(`a connection to the port of /metrics was refused: ${maxConnections} are open`),
    });
  }

  /** Resolves to the server's address. */
  async listen(host: string, port: number): Promise<string> {
    const url = await listen(this.#http, host, port, 'HOLDFAST_METRICS_PORT');
    this.#http.on('error', (error) => this.#logger.error({ err: error }, 'a connection could not be taken in'));
    return url;
  }

  async stop(): Promise<void> {
    await stopHttpServer(this.#http, this.#connections, longestStopMs);
  }
}
