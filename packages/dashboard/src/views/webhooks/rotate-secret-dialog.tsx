import type { IssuedWebhookEndpoint, WebhookEndpoint } from '@holdfast/sdk';
import { useState } from 'react';

import { usePlaceMutation } from '../../live/place-query.ts';
import { Select } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';

const overlaps = [
  { value: '0', label: 'No longer' },
  { value: '3600', label: 'For an hour' },
  { value: '86400', label: 'For a day' },
  { value: '604800', label: 'For a week' },
] as const;

interface RotateSecretDialogProps {
  readonly endpoint: WebhookEndpoint;
  readonly onIssued: (endpoint: IssuedWebhookEndpoint) => void;
  readonly onClose: () => void;
}

export function RotateSecretDialog({ endpoint, onIssued, onClose }: RotateSecretDialogProps) {
  const [overlap, setOverlap] = useState<(typeof overlaps)[number]['value']>('86400');
  const rotate = usePlaceMutation({
    run: (holdfast, overlap_seconds: number) =>
      holdfast.webhookEndpoints.rotateSecret(endpoint.id, { overlap_seconds }),
    families: ['settings'],
    onSuccess: onIssued,
    showsErrors: true,
  });
  return (
    <FormDialog
      title="Rotate the secret"
      submitLabel="Rotate"
      onSubmit={() => rotate.mutateAsync(Number(overlap))}
      onClose={onClose}
    >
      <p className="text-sm text-muted">
        The endpoint gets a new secret. Give your receiver both while deliveries are signed with both.
      </p>
      <Select label="Sign with the old secret, too" options={overlaps} value={overlap} onChange={setOverlap} />
    </FormDialog>
  );
}
