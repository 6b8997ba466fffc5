import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';

import express from 'express';
import type { Express, RequestHandler } from 'express';

/** A request, and its answer if that is to be checked. */
export interface DryRun {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The body, parsed. */
  readonly body: unknown;
  readonly answer?: { readonly status: number; readonly body: unknown };
}

/** A middleware's objection to a request or an answer. */
export interface Objection {
  readonly reason: string;
  /** False if the middleware itself failed. */
  readonly isJudgement: boolean;
}

/** Runs Express middleware on requests and answers without a network. */
export class DryExpress {
  readonly #app: Express;

  constructor(middleware: readonly RequestHandler[]) {
    this.#app = express();
    this.#app.enable('case sensitive routing');
    this.#app.enable('strict routing');
    this.#app.use(...middleware);
  }

  /** What the middleware objects to; undefined if it lets everything pass. */
  run({ method, url, headers, body, answer }: DryRun): Promise<Objection | undefined> {
    const request = Object.assign(new IncomingMessage(new Socket()), { method, url, headers, body });
    return new Promise((resolve) => {
      const acceptAnswer = () => resolve(undefined);
      const response = Object.assign(new ServerResponse(request), { json: acceptAnswer });
      this.#app(request as never, response as never, (error?: unknown) => {
        if (error !== undefined) return resolve(toObjection(error));
        if (answer === undefined) return resolve(undefined);
        // The middleware has put its own `json` before ours by now. It calls ours, or this callback with an error.
        response.statusCode = answer.status;
        (response as { json(body: unknown): void }).json(answer.body);
      });
    });
  }
}

/** Middleware objects with errors that have a status; any other error is a fault of its own. */
function toObjection(error: unknown): Objection {
  if (!(error instanceof Error)) return { reason: String(error), isJudgement: false };
  return { reason: error.message, isJudgement: 'status' in error && typeof error.status === 'number' };
}
