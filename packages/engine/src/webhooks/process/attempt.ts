import type { Environment } from '../../environment.ts';
import type { Place } from '../../place.ts';
import type { AttemptResult } from '../deliveries/rules.ts';
import { attemptTimeoutMs } from '../deliveries/schedule.ts';
import type { Attempt } from '../records.ts';
import { secretsAt } from '../rules.ts';
import type { PresentEndpoint } from '../state.ts';
import { sign } from './signature.ts';
import type { WebhookAnswer, WebhookTransport } from './transport.ts';

export interface AttemptParts {
  readonly environment: Pick<Environment, 'now' | 'elapsedMs'>;
  readonly transport: WebhookTransport;
}

/** What is sent. */
export interface Message {
  /** Names it, the same on each attempt. */
  readonly webhookId: string;
  readonly body: string;
}

/** What came of sending it once. */
export interface Sent {
  readonly attempt: Attempt;
  readonly result: AttemptResult;
  /** How long the receiver asked to be left alone, in milliseconds; 0: it didn't. */
  readonly retryAfterMs: number;
}

/** Of an answer's body, this many characters are kept. */
const keptCharacters = 1_024;

/** The status by which a receiver says that it wants no more. */
const goneStatus = 410;

/** The `webhook-id` of an event. Numbers alone would repeat at a receiver of several environments. */
export function webhookIdOf({ tenantId, environment }: Place, eventNumber: number): string {
  return `${tenantId}.${environment}.${eventNumber}`;
}

/** Sends a message once. It never rejects. */
export async function send(
  { environment, transport }: AttemptParts,
  place: Place,
  endpoint: PresentEndpoint,
  { webhookId, body }: Message,
): Promise<Sent> {
  const atMs = environment.now();
  const startMs = environment.elapsedMs();
  const timestampSeconds = Math.floor(atMs / 1_000);
  const answer = await answerOf(async () =>
    transport.send({
      url: endpoint.url,
      headers: {
        ...(JSON.parse(endpoint.headersJson) as Record<string, string>),
        'content-type': 'application/json',
        'user-agent': 'Holdfast',
        'webhook-id': webhookId,
        'webhook-timestamp': String(timestampSeconds),
        'webhook-signature': await sign(secretsAt(endpoint, atMs), { id: webhookId, timestampSeconds, body }),
      },
      body,
      timeoutMs: attemptTimeoutMs,
      live: place.environment === 'live',
    }),
  );
  const durationMs = Math.max(0, Math.round(environment.elapsedMs() - startMs));
  if ('error' in answer) {
    const attempt = { atMs, durationMs, status: null, body: null, error: cut(answer.error) };
    return { attempt, result: 'failed', retryAfterMs: 0 };
  }
  const { status, retryAfter } = answer;
  const attempt = { atMs, durationMs, status, body: cut(answer.body), error: null };
  return { attempt, result: resultOf(status), retryAfterMs: parseRetryAfter(retryAfter, environment.now()) };
}

async function answerOf(
  attempt: () => Promise<WebhookAnswer | { readonly error: string }>,
): Promise<WebhookAnswer | { readonly error: string }> {
  try {
    return await attempt();
  } catch (error) {
    return { error: `It could not be sent: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function resultOf(status: number): AttemptResult {
  if (status >= 200 && status < 300) return 'delivered';
  return status === goneStatus ? 'gone' : 'failed';
}

/** Seconds, or a time. */
function parseRetryAfter(value: string | undefined, nowMs: number): number {
  if (value === undefined) return 0;
  const waitMs = /^\d+$/u.test(value) ? Number(value) * 1_000 : Date.parse(value) - nowMs;
  return Number.isNaN(waitMs) ? 0 : Math.max(0, waitMs);
}

function cut(text: string): string {
  return text.slice(0, keptCharacters).toWellFormed();
}
