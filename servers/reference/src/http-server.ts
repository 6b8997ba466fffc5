import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

import type { Connections } from './connections.ts';
import { requestIdOf } from './request-id.ts';
import { sendAnswer } from './send-answer.ts';
import { systemErrorCode } from './start-error.ts';
import { expectationUnknown, hostMissing, toAnswer } from './transport-answers.ts';

/** How long a client may take. Node's own values would let thousands of half-open connections sit for minutes. */
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
  readonly maxBodyBytes: number;
  /** How long a connection may stand still, also while its request is being worked on. */
  readonly silenceTimeoutMs: number;
  readonly limits?: HttpLimits;
  readonly newToken: () => string;
  readonly connections: Connections;
  onConnectionRefused(): void;
}

/** Node's HTTP server with limits for everything that a client could hold on to. It doesn't listen yet. */
export function createHttpServer(options: HttpServerOptions): Server {
  const { listener, maxConnections, maxBodyBytes, limits = httpLimits, newToken, connections } = options;
  const handle: RequestListener = (request, response) => {
    connections.take(request, response, () => {
      if (isHostMissing(request)) sendAnswer(response, toAnswer(hostMissing, requestIdOf(request, newToken)));
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
      // The answer to this, too, has a request id: see above.
      requireHostHeader: false,
    },
    handle,
  );
  server.maxConnections = maxConnections;
  server.timeout = options.silenceTimeoutMs;
  server.on('drop', options.onConnectionRefused);
  server.on('connection', (socket) => connections.add(socket));
  // Node's own way, which its `close` takes, would reset connections on which a request is just arriving.
  server.closeIdleConnections = () => connections.closeIdle();
  server.on('clientError', (error, duplex) => {
    // Node's HTTP server only has sockets.
    const socket = duplex as Socket;
    if (connections.isClosing(socket)) return;
    answerBrokenRequest(error, socket, newToken());
    connections.close(socket);
  });
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    // A body that will be refused isn't asked for, and the connection ends, as nobody knows whether it is on its way.
    if (Number(request.headers['content-length']) > maxBodyBytes) response.setHeader('Connection', 'close');
    else response.writeContinue();
    handle(request, response);
  });
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    sendAnswer(response, toAnswer(expectationUnknown, requestIdOf(request, newToken)), { isLast: true });
  });
  return server;
}

function isHostMissing(request: IncomingMessage): boolean {
  return request.headers.host === undefined && request.httpVersion === '1.1';
}

const brokenRequests: Readonly<Record<string, { status: string; error: string; message: string }>> = {
  HPE_HEADER_OVERFLOW: {
    status: '431 Request Header Fields Too Large',
    error: 'invalid_request',
    message: `The header fields are longer than ${httpLimits.headerBytes} bytes together.`,
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: '408 Request Timeout',
    error: 'invalid_request',
    message: 'The request did not arrive in time.',
  },
};

const malformed = {
  status: '400 Bad Request',
  error: 'invalid_request',
  message: 'This is not a well-formed HTTP request.',
};

function answerBrokenRequest(error: Error, socket: Socket, requestId: string): void {
  const code = systemErrorCode(error) ?? '';
  if (code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const { status, error: name, message } = brokenRequests[code] ?? malformed;
  const body = JSON.stringify({ error: name, message, requestId });
  const lines = [
    `HTTP/1.1 ${status}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`);
}
