import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

import { headerValuesIn } from '@holdfast/gateway';
import type { AnswerProblem, Problem } from '@holdfast/gateway';

import { askedBy } from './asked-by.ts';
import { letAwaitContinue } from './awaited-continue.ts';
import { BrokenRequests } from './broken-requests.ts';
import type { Connections } from './connections.ts';
import { sendAnswer } from './send-answer.ts';
import { expectationUnknown, hostAmbiguous, hostMissing, transferCodingUnknown } from './transport-problems.ts';

/** How long a client may take. Node's defaults would let thousands of half-open connections stay for minutes. */
export interface HttpLimits {
  readonly headersTimeoutMs: number;
  readonly uploadTimeoutMs: number;
  /** How often connections are checked for the two. */
  readonly checkIntervalMs: number;
  /** How long a connection may wait for its next request. */
  readonly keepAliveTimeoutMs: number;
  readonly headerBytes: number;
}

export const httpLimits: HttpLimits = {
  headersTimeoutMs: 5_000,
  uploadTimeoutMs: 10_000,
  checkIntervalMs: 1_000,
  // Longer than the 60 s of common load balancers, so that they are the ones who close a connection.
  keepAliveTimeoutMs: 65_000,
  headerBytes: 16_384,
};

export interface HttpServerOptions {
  readonly listener: RequestListener;
  readonly maxConnections: number;
  /** How long a connection may be silent, also during a request. */
  readonly silenceTimeoutMs: number;
  readonly limits?: HttpLimits;
  readonly newToken: () => string;
  readonly connections: Connections;
  readonly answerProblem: AnswerProblem;
  onConnectionRefused(): void;
}

/** Node's HTTP server with limits on everything a client could hold. It doesn't listen yet. */
export function createHttpServer(options: HttpServerOptions): Server {
  const { listener, maxConnections, limits = httpLimits, connections } = options;
  const { newToken, answerProblem } = options;
  const brokenRequests = new BrokenRequests({ headerBytes: limits.headerBytes, newToken, answerProblem });
  const refuse = (request: IncomingMessage, response: ServerResponse, problem: Problem) => {
    sendAnswer(response, answerProblem(problem, askedBy(request, newToken)), { isLast: true });
  };
  const handle: RequestListener = (request, response) => {
    brokenRequests.begin(request, response);
    connections.take(request, response, () => {
      const problem = findProblem(request);
      if (problem !== undefined) refuse(request, response, problem);
      else listener(request, response);
    });
  };
  const server = createServer(
    {
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.uploadTimeoutMs,
      connectionsCheckingInterval: limits.checkIntervalMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      maxHeaderSize: limits.headerBytes,
      // So that this answer has a request id too: see above.
      requireHostHeader: false,
    },
    handle,
  );
  server.maxConnections = maxConnections;
  server.timeout = options.silenceTimeoutMs;
  server.on('drop', options.onConnectionRefused);
  server.on('connection', (socket) => connections.add(socket));
  // Node's own version, which `close` calls, would reset connections on which a request is just arriving.
  server.closeIdleConnections = () => connections.closeIdle();
  server.on('clientError', (error, duplex) => {
    // Node's HTTP server only has sockets.
    const socket = duplex as Socket;
    if (connections.isClosing(socket)) return;
    if (brokenRequests.isAnswered(socket)) return connections.close(socket);
    // Earlier pipelined requests are answered first, or the client would take this answer for one of theirs.
    connections.workLast(socket, brokenRequests.isUnderWay(socket) ? 1 : 0, () => {
      brokenRequests.answer(error, socket);
      connections.close(socket);
    });
  });
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    letAwaitContinue(response);
    handle(request, response);
  });
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    refuse(request, response, expectationUnknown);
  });
  return server;
}

/** Faults of a request that Node accepts. */
function findProblem({ headers, rawHeaders, httpVersion }: IncomingMessage): Problem | undefined {
  const hosts = headerValuesIn(rawHeaders, 'Host');
  if (hosts.length === 0 && httpVersion === '1.1') return hostMissing;
  if (hosts.length > 1) return hostAmbiguous;
  const { 'transfer-encoding': coding = 'chunked' } = headers;
  return coding.toLowerCase() === 'chunked' ? undefined : transferCodingUnknown;
}
