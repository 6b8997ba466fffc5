import type { IssuedWebhookEndpoint } from '@holdfast/sdk';

import { SecretDialog } from '../../ui/secret-dialog.tsx';

interface EndpointSecretDialogProps {
  readonly endpoint: IssuedWebhookEndpoint;
  readonly onClose: () => void;
}

export function EndpointSecretDialog({ endpoint, onClose }: EndpointSecretDialogProps) {
  return (
    <SecretDialog title="The endpoint’s secret" what="Secret" value={endpoint.secret} onClose={onClose}>
      <p className="text-muted">
        What is sent to <span className="font-mono text-xs [overflow-wrap:anywhere]">{endpoint.url}</span> is signed
        with it. Check that with <code className="font-mono text-xs">verifyWebhook</code> of the SDK, or any library for
        Standard Webhooks.
      </p>
    </SecretDialog>
  );
}
