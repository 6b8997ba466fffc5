import type { RequestListener, ServerResponse } from 'node:http';

import type { Environment } from '@holdfast/engine';
import { internalError } from '@holdfast/gateway';
import type { AnswerProblem } from '@holdfast/gateway';
import express from 'express';
import type { ErrorRequestHandler, Express, Request, RequestHandler, Response } from 'express';

import { createReferencePage } from '../docs/reference-page.ts';
import type { Metrics } from '../health/metrics.ts';
import type { Readiness } from '../health/readiness.ts';
import type { Logger } from '../log/logger.ts';
import type { ApiHandler } from './api-handler.ts';
import { askedBy } from './asked-by.ts';
import { createDocumentPage } from './contract-page.ts';
import { allowOrigins } from './cors.ts';
import type { Page } from './page.ts';
import { sendAnswer } from './send-answer.ts';
import { onlyGet } from './transport-problems.ts';

export interface AppOptions {
  readonly api: ApiHandler;
  readonly readiness: Readiness;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly corsOrigins: readonly string[];
  readonly environment: Pick<Environment, 'newToken'>;
  readonly answerProblem: AnswerProblem;
}

type Pages = Readonly<Record<string, (request: Request) => Page | Promise<Page>>>;

/** The server's own pages, and under every other path the contract. */
export function createApp(options: AppOptions): RequestListener {
  const { api, corsOrigins, environment } = options;
  const app = express();
  // Whatever NODE_ENV says: Express's development mode is slower, and shows stack traces.
  app.set('env', 'production');
  app.disable('x-powered-by');
  app.enable('case sensitive routing');
  app.enable('strict routing');
  app.set('query parser', false);
  if (corsOrigins.length > 0) app.use(allowOrigins(corsOrigins, environment.newToken));
  addPages(app, options);
  app.use((request, response) => api.handle(request, response));
  app.use(answerUnforeseen(options));
  return (request, response) => app(request as Request, response as Response, () => answerAtLast(response));
}

function createPages({ readiness, metrics }: AppOptions): Pages {
  const referencePage = createReferencePage();
  const documentPage = createDocumentPage();
  return {
    '/': () => ({ status: 302, headers: { Location: '/docs' }, body: '' }),
    '/docs': referencePage,
    '/openapi.json': documentPage,
    '/healthz': () => plain('ok\n'),
    '/readyz': async () => {
      const reason = await readiness.whyNotReady();
      const lines = [reason === undefined ? 'ready' : `not ready: ${reason}`, ...readiness.notes()];
      return { ...plain(`${lines.join('\n')}\n`), status: reason === undefined ? 200 : 503 };
    },
    '/metrics': async () => ({
      headers: { 'Content-Type': metrics.registry.contentType },
      body: await metrics.text(),
    }),
  };
}

function addPages(app: Express, options: AppOptions): void {
  const { newToken } = options.environment;
  for (const [path, page] of Object.entries(createPages(options))) {
    const show: RequestHandler = async (request, response) =>
      sendPage(request, response, await page(request), newToken);
    const refuse: RequestHandler = (request, response) =>
      sendAnswer(response, options.answerProblem(onlyGet(path), askedBy(request, newToken)));
    app.route(path).get(show).all(refuse);
  }
}

function sendPage(request: Request, response: Response, page: Page, newToken: () => string): void {
  const { status = 200, body } = page;
  const headers = {
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'X-Request-Id': askedBy(request, newToken).requestId,
    ...page.headers,
  };
  sendAnswer(response, { status, headers, body });
}

function plain(body: string): Page {
  return { headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body };
}

/** Errors of Express itself, and of our own code outside of the gateway. */
function answerUnforeseen({ logger, environment, answerProblem }: AppOptions): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const asked = askedBy(request, environment.newToken);
    const { requestId } = asked;
    if (response.headersSent) response.destroy();
    else sendAnswer(response, answerProblem(internalError(requestId), asked), { isLast: true });
    logger.error({ err: error, requestId }, 'a request failed outside of the gateway');
  };
}

/** In place of Express's own page, for what even {@link answerUnforeseen} couldn't answer. It relies on nothing. */
function answerAtLast(response: ServerResponse): void {
  if (response.writableEnded) return;
  if (response.headersSent) return void response.destroy();
  const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': 15, Connection: 'close' };
  response.writeHead(500, headers).end('internal error\n');
}
