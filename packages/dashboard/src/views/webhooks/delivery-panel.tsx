import type { WebhookAttempt, WebhookDelivery, WebhookEndpoint } from '@holdfast/sdk';

import { usePlaceMutation } from '../../live/place-query.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { CodeBlock } from '../../ui/code-block.tsx';
import { DetailList } from '../../ui/detail-list.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ExactTime, RelativeTime } from '../../ui/time.tsx';
import { DeliveryStatus } from './delivery-status.tsx';

interface DeliveryPanelProps {
  readonly endpoint: WebhookEndpoint;
  readonly delivery: WebhookDelivery;
  readonly onClose: () => void;
}

/** One delivery, with every attempt and what came back. */
export function DeliveryPanel({ endpoint, delivery, onClose }: DeliveryPanelProps) {
  const { event_type, event_number, status, attempts, created_at, delivered_at, next_attempt_at } = delivery;
  const retry = usePlaceMutation({
    run: (holdfast, id: string) => holdfast.webhookEndpoints.retry(endpoint.id, id),
    families: ['settings'],
    done: () => `Event #${event_number} is sent again`,
  });
  return (
    <Dialog title={`${event_type} #${event_number}`} placement="side" onClose={onClose}>
      <div className="grid gap-5">
        <DetailList
          items={[
            ['Status', <DeliveryStatus status={status} />],
            ['Queued', <ExactTime at={created_at} />],
            ...(delivered_at ? [['Delivered', <ExactTime at={delivered_at} />] as const] : []),
            ...(next_attempt_at ? [['Next attempt', <RelativeTime at={next_attempt_at} />] as const] : []),
            ['Delivery', <span className="font-mono text-xs">{delivery.id}</span>],
          ]}
        />
        <div>
          <Button
            icon="refresh"
            disabled={!endpoint.enabled}
            isBusy={retry.isPending}
            onClick={() => retry.mutate(delivery.id)}
          >
            Send again
          </Button>
        </div>
        <section>
          <h3 className="mb-2 text-sm font-semibold">Attempts</h3>
          {attempts.length === 0 && <p className="text-sm text-muted">There was none yet.</p>}
          <ol className="grid gap-3">
            {attempts.toReversed().map((attempt) => (
              <Attempt key={attempt.at} attempt={attempt} />
            ))}
          </ol>
        </section>
      </div>
    </Dialog>
  );
}

function Attempt({ attempt: { at, status, error, body, duration_ms } }: { readonly attempt: WebhookAttempt }) {
  const isDelivered = status !== null && status >= 200 && status < 300;
  return (
    <li className="grid gap-2 rounded-lg border border-line p-3 text-sm">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <Badge tone={isDelivered ? 'positive' : 'negative'}>{status ?? 'no answer'}</Badge>
        <span className="text-xs text-muted">
          <ExactTime at={at} /> · {duration_ms} ms
        </span>
      </div>
      {error && <p className="[overflow-wrap:anywhere]">{error}</p>}
      {body && <CodeBlock code={body} label="Answer’s body" />}
    </li>
  );
}
