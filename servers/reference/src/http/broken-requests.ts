import { STATUS_CODES } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

import type { AnswerProblem, Asked, Problem } from '@holdfast/gateway';

import { systemErrorCode } from '../start-error.ts';
import { askedBy } from './asked-by.ts';
import { splitTarget } from './request-target.ts';
import { headersTooLarge, requestLate, requestMalformed, transferCodingUnknown } from './transport-problems.ts';

export interface BrokenRequestOptions {
  readonly headerBytes: number;
  readonly newToken: () => string;
  readonly answerProblem: AnswerProblem;
}

interface Begun {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Answers requests that Node's parser gave up on, on the bare socket, or closes the connection. */
export class BrokenRequests {
  readonly #options: BrokenRequestOptions;
  readonly #begun = new WeakMap<Socket, Begun>();

  constructor(options: BrokenRequestOptions) {
    this.#options = options;
  }

  /** Registers a request whose body may still break. */
  begin(request: IncomingMessage, response: ServerResponse): void {
    this.#begun.set(request.socket, { request, response });
  }

  answer(error: Error, socket: Socket): void {
    const code = systemErrorCode(error);
    if (code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    const asked = this.#askedOn(socket) ?? { path: findPath(error), requestId: this.#options.newToken() };
    const { status, headers, body } = this.#options.answerProblem(this.#problemOf(code), asked);
    const fields = Object.entries({ ...headers, 'Content-Length': Buffer.byteLength(body), Connection: 'close' });
    const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...fields.map(([name, value]) => `${name}: ${value}`)];
    socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`);
  }

  #problemOf(code: string | undefined): Problem {
    if (code === 'HPE_HEADER_OVERFLOW') return headersTooLarge(this.#options.headerBytes);
    if (code === transferCodingError) return transferCodingUnknown;
    return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? requestLate : requestMalformed;
  }

  /** Whether the body of an accepted request broke. */
  isUnderWay(socket: Socket): boolean {
    return this.#begun.get(socket)?.request.complete === false;
  }

  /** Whether it has its answer, which didn't wait for the body. A second one would pass for that of a next request. */
  isAnswered(socket: Socket): boolean {
    return this.isUnderWay(socket) && this.#begun.get(socket)?.response.headersSent === true;
  }

  /** Undefined for a request that broke before its headers were complete. */
  #askedOn(socket: Socket): Asked | undefined {
    const request = this.#begun.get(socket)?.request;
    return request === undefined || request.complete ? undefined : askedBy(request, this.#options.newToken);
  }
}

/** The parser's code for a body without a known end, such as one that is only compressed. */
const transferCodingError = 'HPE_INVALID_TRANSFER_ENCODING';

/** The path of a request whose headers were complete, from the raw packet; unknown for others. */
function findPath(error: Error & { readonly rawPacket?: Buffer; readonly bytesParsed?: number }): string {
  if (systemErrorCode(error) !== transferCodingError) return '';
  const parsed = error.rawPacket?.subarray(0, error.bytesParsed).toString('latin1') ?? '';
  const [, target = ''] = [...parsed.matchAll(/^[A-Z]+ (\S+) HTTP\/1\.\d\r$/gmu)].at(-1) ?? [];
  return splitTarget(target).path;
}
