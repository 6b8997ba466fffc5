import { RequestSample } from '../../session/request-sample.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';

export function NoEndpoints() {
  return (
    <EmptyState
      icon="webhooks"
      title="No endpoints"
      description="Give a URL of yours, and every event is sent there, signed, in order, and again until it arrives."
    >
      <RequestSample
        label="Create an endpoint"
        method="POST"
        path="/v1/webhook-endpoints"
        body={{ url: 'https://example.com/holdfast', types: ['credits.*', 'RESERVATION_EXPIRED'] }}
        typescript={[
          'const { id, secret } = await holdfast.webhookEndpoints.create({',
          "  url: 'https://example.com/holdfast',",
          "  types: ['credits.*', 'RESERVATION_EXPIRED'],",
          '});',
        ].join('\n')}
      />
    </EmptyState>
  );
}
