import { STATUS_CODES } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

import type { AnswerProblem, Asked, Problem } from '@holdfast/gateway';

import { askedBy } from './asked-by.ts';
import { systemErrorCode } from './start-error.ts';
import { headersTooLarge, requestLate, requestMalformed } from './transport-problems.ts';

export interface BrokenRequestOptions {
  readonly headerBytes: number;
  readonly newToken: () => string;
  readonly answerProblem: AnswerProblem;
}

/** Answers what Node's parser gave up on, or gives up the connection too. For that there is only the bare socket. */
export class BrokenRequests {
  readonly #options: BrokenRequestOptions;
  readonly #begun = new WeakMap<Socket, IncomingMessage>();

  constructor(options: BrokenRequestOptions) {
    this.#options = options;
  }

  /** Remembers a request whose body may still break. */
  begin(request: IncomingMessage): void {
    this.#begun.set(request.socket, request);
  }

  answer(error: Error, socket: Socket): void {
    const code = systemErrorCode(error);
    if (code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    const { status, headers, body } = this.#options.answerProblem(this.#problemOf(code), this.#askedOn(socket));
    const fields = Object.entries({ ...headers, 'Content-Length': Buffer.byteLength(body), Connection: 'close' });
    const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...fields.map(([name, value]) => `${name}: ${value}`)];
    socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`);
  }

  #problemOf(code: string | undefined): Problem {
    if (code === 'HPE_HEADER_OVERFLOW') return headersTooLarge(this.#options.headerBytes);
    return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? requestLate : requestMalformed;
  }

  /** Of a request that broke before its headers were complete, nothing is known. */
  #askedOn(socket: Socket): Asked {
    const { newToken } = this.#options;
    const request = this.#begun.get(socket);
    return request === undefined || request.complete ? { path: '', requestId: newToken() } : askedBy(request, newToken);
  }
}
