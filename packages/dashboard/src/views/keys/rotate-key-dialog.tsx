import type { ApiKey, IssuedApiKey } from '@holdfast/sdk';
import { useState } from 'react';

import { usePlaceMutation } from '../../live/place-query.ts';
import { Select } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';

const overlaps = [
  { value: '0', label: 'End at once' },
  { value: '3600', label: 'Stay valid for an hour' },
  { value: '86400', label: 'Stay valid for a day' },
  { value: '604800', label: 'Stay valid for a week' },
] as const;

interface RotateKeyDialogProps {
  readonly apiKey: ApiKey;
  readonly onIssued: (key: IssuedApiKey) => void;
  readonly onClose: () => void;
}

export function RotateKeyDialog({ apiKey, onIssued, onClose }: RotateKeyDialogProps) {
  const [overlap, setOverlap] = useState<(typeof overlaps)[number]['value']>('86400');
  const rotate = usePlaceMutation({
    run: (holdfast, overlap_seconds: number) => holdfast.admin.apiKeys.rotate(apiKey.id, { overlap_seconds }),
    families: ['access'],
    onSuccess: onIssued,
    showsErrors: true,
  });
  return (
    <FormDialog
      title={`Rotate ${apiKey.label}`}
      submitLabel="Rotate"
      onSubmit={() => rotate.mutateAsync(Number(overlap))}
      onClose={onClose}
    >
      <p className="text-sm text-muted">The key gets a new value, and keeps its label and what it may do.</p>
      <Select label="Its present value will" options={overlaps} value={overlap} onChange={setOverlap} />
    </FormDialog>
  );
}
