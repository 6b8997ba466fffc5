import type { IssuedApiKey } from '@holdfast/sdk';

import { SecretDialog } from '../../ui/secret-dialog.tsx';

interface KeyValueDialogProps {
  readonly issued: IssuedApiKey;
  readonly onClose: () => void;
}

export function KeyValueDialog({ issued, onClose }: KeyValueDialogProps) {
  const { label, api_key, environment } = issued;
  return (
    <SecretDialog title={`The API key ${label}`} what="API key" value={api_key} onClose={onClose}>
      <p className="text-muted">
        Programs send it as <code className="font-mono text-xs">X-API-Key</code>. It acts in {environment} alone.
      </p>
    </SecretDialog>
  );
}
