import type { ApiError, ConnectionError } from '@holdfast/sdk';

import { CommandError, exitCodes, UsageError } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';

export interface Failure {
  readonly message: string;
  readonly exitCode: ExitCode;
}

/**
 * What an error means to whoever ran the command, and what he can do.
 *
 * @param urlOf - where the server was looked for
 */
export async function explain(error: unknown, urlOf: () => string): Promise<Failure> {
  if (error instanceof UsageError) return { message: error.message, exitCode: exitCodes.misused };
  if (error instanceof CommandError) return { message: error.message, exitCode: exitCodes.failed };
  const sdk = await import('@holdfast/sdk');
  if (error instanceof sdk.ApiError) return explainAnswer(error, urlOf());
  if (error instanceof sdk.ConnectionError) return explainConnection(error, urlOf());
  return { message: error instanceof Error ? error.message : String(error), exitCode: exitCodes.failed };
}

const exitCodesByStatus: Readonly<Record<number, ExitCode>> = {
  401: exitCodes.notAllowed,
  403: exitCodes.notAllowed,
  404: exitCodes.notFound,
  409: exitCodes.conflict,
  429: exitCodes.rateLimited,
};

function explainAnswer(error: ApiError, url: string): Failure {
  if (!isOfHoldfast(error)) return explainStranger(error, url);
  const exitCode = exitCodesByStatus[error.status] ?? exitCodes.failed;
  if (error.status === 401) {
    const message = `${url} takes no such API key: it is unknown, expired or revoked. HOLDFAST_API_KEY, or --api-key, must be one of that server's.`;
    return { message, exitCode };
  }
  const sentence = said(error);
  // The server says most of it itself, and not in all families all of it.
  const isNew = (text: string) => !sentence.includes(text);
  return { message: [sentence, ...adviceFor(error, isNew), ...faultsOf(error, isNew)].join(''), exitCode };
}

/** The server's own sentence, without the status and the code that the SDK puts before it. */
function said({ message, status, code }: ApiError): string {
  const prefix = `${status} ${code}: `;
  const sentence = message.startsWith(prefix) ? message.slice(prefix.length) : message;
  return /[.!?]$/u.test(sentence) ? sentence : `${sentence}.`;
}

function adviceFor(error: ApiError, isNew: (text: string) => boolean): readonly string[] {
  const { scope, limit_type } = error.body as { readonly scope?: unknown; readonly limit_type?: unknown };
  if (typeof scope === 'string' && isNew(scope)) return [` The API key lacks the scope ${scope}.`];
  // What is limited in number, and not in a time, doesn't become less by waiting.
  if (error.status === 429 && error.retryAfterSeconds !== null && limit_type !== 'apiKeys')
    return [` Try again in ${Math.ceil(error.retryAfterSeconds)} s.`];
  if (error.status >= 500 && error.requestId !== null) return [` The server's log has it as ${error.requestId}.`];
  return [];
}

function faultsOf({ details }: ApiError, isNew: (text: string) => boolean): readonly string[] {
  return details.flatMap(({ field, message }) => (isNew(message) ? [`\n  ${field}: ${message}`] : []));
}

/** A problem of Holdfast's is an object with one of two members; a proxy's page has neither. */
function isOfHoldfast({ body, code, status }: ApiError): boolean {
  return typeof body === 'object' && body !== null && code !== `http_${status}`;
}

function explainStranger({ status, headers }: ApiError, url: string): Failure {
  const location = headers.get('location');
  const message =
    status >= 300 && status < 400 && location !== null
      ? `${url} sends elsewhere, to ${location}: set HOLDFAST_URL to where the server is.`
      : `${url} answered ${status}, but not as Holdfast does: it is a proxy, or another program. ${checkUrl}`;
  return { message, exitCode: exitCodes.notReached };
}

const checkUrl = 'Is HOLDFAST_URL right, and does the server run?';

function explainConnection(error: ConnectionError, url: string): Failure {
  const code = codeIn(error.cause);
  const wasSent = error.outcomeUnknown && !neverSent.includes(code ?? '');
  const unknown = wasSent ? ' It may have been done all the same: look before you run it again.' : '';
  return { message: `${reasonOf(error, code, url)} ${checkUrl}${unknown}`, exitCode: exitCodes.notReached };
}

/** Codes of connections that never came about. */
const neverSent = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'];

function reasonOf({ name, cause }: ConnectionError, code: string | undefined, url: string): string {
  if (name === 'TimeoutError') return `${url} gave no answer in time.`;
  if (cause === undefined || cause instanceof SyntaxError)
    return `${url} answered, but not as Holdfast does: what came is no JSON, or was cut short.`;
  if (code === 'ECONNREFUSED') return `Nothing listens at ${url}.`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `The host of ${url} can't be found.`;
  return `${url} can't be reached (${code ?? messageIn(cause)}).`;
}

/** The code of the innermost error that has one, such as `ECONNREFUSED`. */
function codeIn(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause;
  return codeIn(inner) ?? ('code' in error && typeof error.code === 'string' ? error.code : undefined);
}

function messageIn(error: unknown): string {
  return error instanceof Error ? messageIn(error.cause ?? error.message) : String(error);
}
