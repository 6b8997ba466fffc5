import type { WebhookTransport } from '@holdfast/engine';

import type { WebhookResult } from '../health/metrics.ts';

export interface AttemptMeasures {
  readonly metrics: { observeWebhook(result: WebhookResult, seconds: number): void };
  elapsedMs(): number;
}

/** A transport whose attempts are counted and timed. */
export function measureAttempts(
  transport: WebhookTransport,
  { metrics, elapsedMs }: AttemptMeasures,
): WebhookTransport {
  return {
    ...transport,
    async send(request) {
      const startMs = elapsedMs();
      const answer = await transport.send(request);
      metrics.observeWebhook(resultOf(answer), (elapsedMs() - startMs) / 1_000);
      return answer;
    },
  };
}

function resultOf(answer: Awaited<ReturnType<WebhookTransport['send']>>): WebhookResult {
  if ('error' in answer) return 'unanswered';
  return answer.status >= 200 && answer.status < 300 ? 'delivered' : 'refused';
}
