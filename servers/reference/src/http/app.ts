import type { RequestListener, ServerResponse } from 'node:http';
import { isIP } from 'node:net';

import { StoreUnavailable } from '@holdfast/engine';
import { familyRoots, internalError, unavailable } from '@holdfast/gateway';
import type { AnswerProblem, Problem } from '@holdfast/gateway';
import express from 'express';
import type { ErrorRequestHandler, Express, Request, RequestHandler, Response } from 'express';

import { isIn } from '../address-range.ts';
import type { AddressRange } from '../address-range.ts';
import { createFullTextPage, createIndexTextPage } from '../docs/llms-pages.ts';
import { createReferencePage } from '../docs/reference-page.ts';
import type { Readiness } from '../health/readiness.ts';
import type { Logger } from '../log/logger.ts';
import type { ApiHandler } from './api-handler.ts';
import { askedBy } from './asked-by.ts';
import { createDocumentPage } from './contract-page.ts';
import { allowOrigins } from './cors.ts';
import type { Page } from './page.ts';
import { dropBody } from './read-body.ts';
import { sendAnswer } from './send-answer.ts';
import { onlyGet, onlyMetrics, onlyPost } from './transport-problems.ts';

export type PageSource = (request: Request) => Page | Promise<Page>;

/** Carries out what one of the server's own pages asks for. Undefined: nobody waits for the answer any more. */
export type ActionSource = (request: Request, response: Response) => Promise<Page | Problem | undefined>;

/** What people see in their browsers. Other origins have no part in it. */
export interface OwnPages {
  readonly pages: Readonly<Record<string, PageSource>>;
  readonly actions: Readonly<Record<string, ActionSource>>;
}

/** What every page needs. */
interface PageOptions {
  readonly logger: Logger;
  readonly newToken: () => string;
  readonly answerProblem: AnswerProblem;
}

export interface MetricsAppOptions extends PageOptions {
  readonly metricsPage: PageSource;
}

export interface AppOptions extends PageOptions {
  readonly api: ApiHandler;
  readonly readiness: Readiness;
  /** Undefined: another port has it, and here is nothing. */
  readonly metricsPage: PageSource | undefined;
  readonly corsOrigins: readonly string[];
  readonly trustedProxies: readonly AddressRange[];
  readonly own: OwnPages;
}

type Pages = OwnPages['pages'];

const contractRoots = [...familyRoots.values()].map((root) => `${root}/`);

/** Whether a request's target is a path below those of the contract, where no page is. */
function isOfContract(target: string): boolean {
  return contractRoots.some((root) => target.startsWith(root));
}

/** The server's own pages, and under every other path the contract. */
export function createApp(options: AppOptions): RequestListener {
  const { api, corsOrigins, trustedProxies, newToken, own } = options;
  const app = createExpress();
  app.set('trust proxy', (address: string) => isIP(address) !== 0 && isIn(trustedProxies, address));
  // So that they needn't be compared with the path of each page. With other origins, what lets those read comes first.
  if (corsOrigins.length === 0) {
    app.use((request, response, next) => (isOfContract(request.url) ? api.handle(request, response) : next()));
  }
  addActions(app, own.actions, options);
  addPages(app, own.pages, options);
  if (corsOrigins.length > 0) app.use(allowOrigins(corsOrigins, newToken));
  addPages(app, createPages(options), options);
  app.use((request, response) => api.handle(request, response));
  const listener = toListener(app, options);
  // Pages of other origins may read a refusal as well, which Express's middleware lets them do.
  if (corsOrigins.length > 0) return listener;
  const fail = (error: unknown, request: Request, response: Response) =>
    answerUnforeseen(options)(error, request, response, () => answerAtLast(response));
  return (request, response) => {
    const whenRefused = api.refuseAtOnce(request, response);
    if (whenRefused === undefined) listener(request, response);
    else whenRefused.catch((error: unknown) => fail(error, request as Request, response as Response));
  };
}

/** The metrics, and nothing else. */
export function createMetricsApp(options: MetricsAppOptions): RequestListener {
  const { metricsPage, newToken, answerProblem } = options;
  const app = createExpress();
  addPages(app, { '/metrics': metricsPage }, options);
  app.use((request, response) => sendAnswer(response, answerProblem(onlyMetrics, askedBy(request, newToken))));
  return toListener(app, options);
}

function createExpress(): Express {
  const app = express();
  // Whatever NODE_ENV says: Express's development mode is slower, and shows stack traces.
  app.set('env', 'production');
  app.disable('x-powered-by');
  app.enable('case sensitive routing');
  app.enable('strict routing');
  app.set('query parser', false);
  return app;
}

function toListener(app: Express, options: PageOptions): RequestListener {
  app.use(answerUnforeseen(options));
  return (request, response) => app(request as Request, response as Response, () => answerAtLast(response));
}

function createPages({ readiness, metricsPage }: AppOptions): Pages {
  const referencePage = createReferencePage();
  const documentPage = createDocumentPage();
  return {
    '/': () => ({ status: 302, headers: { Location: '/docs' }, body: '' }),
    '/docs': referencePage,
    '/openapi.json': documentPage,
    '/llms.txt': createIndexTextPage(),
    '/llms-full.txt': createFullTextPage(),
    '/healthz': () => plain('ok\n'),
    '/readyz': async () => {
      const reason = await readiness.whyNotReady();
      const lines = [reason === undefined ? 'ready' : `not ready: ${reason}`, ...readiness.notes()];
      return { ...plain(`${lines.join('\n')}\n`), status: reason === undefined ? 200 : 503 };
    },
    ...(metricsPage && { '/metrics': metricsPage }),
  };
}

function addPages(app: Express, pages: Pages, { newToken, answerProblem }: PageOptions): void {
  for (const [path, page] of Object.entries(pages)) {
    const show: RequestHandler = async (request, response) =>
      sendPage(request, response, await page(request), newToken);
    const refuse: RequestHandler = (request, response) =>
      sendAnswer(response, answerProblem(onlyGet(request.path), askedBy(request, newToken)));
    app.route(path).get(show).all(refuse);
  }
}

function addActions(app: Express, actions: OwnPages['actions'], { newToken, answerProblem }: PageOptions): void {
  for (const [path, action] of Object.entries(actions)) {
    const send = (request: Request, response: Response, problem: Problem) => {
      const isLast = dropBody(request);
      sendAnswer(response, answerProblem(problem, askedBy(request, newToken)), { isLast });
    };
    const carryOut: RequestHandler = async (request, response) => {
      const result = await action(request, response);
      if (result === undefined) return;
      if ('code' in result) send(request, response, result);
      else sendPage(request, response, result, newToken);
    };
    app
      .route(path)
      .post(carryOut)
      .all((request, response) => send(request, response, onlyPost(path)));
  }
}

function sendPage(request: Request, response: Response, page: Page, newToken: () => string): void {
  const { status = 200, cookies = [], body } = page;
  const headers = {
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'X-Request-Id': askedBy(request, newToken).requestId,
    ...page.headers,
  };
  sendAnswer(response, { status, headers, cookies, body });
}

function plain(body: string): Page {
  return { headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body };
}

/** Errors of Express itself, and of our own code outside of the gateway. */
function answerUnforeseen({ logger, newToken, answerProblem }: PageOptions): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const asked = askedBy(request, newToken);
    const { requestId } = asked;
    const problem = error instanceof StoreUnavailable ? unavailable : internalError(requestId);
    if (response.headersSent) response.destroy();
    else sendAnswer(response, answerProblem(problem, asked), { isLast: true });
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
