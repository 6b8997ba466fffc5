import type { ApiKey, IssuedApiKey } from '@holdfast/sdk';
import { useState } from 'react';

import { usePlaceMutation } from '../../live/place-query.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { DetailList } from '../../ui/detail-list.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { formatNumber } from '../../ui/format.ts';
import { ExactTime } from '../../ui/time.tsx';
import { EditKeyDialog } from './key-dialog.tsx';
import { KeyState } from './key-state.tsx';
import { RotateKeyDialog } from './rotate-key-dialog.tsx';

interface KeyPanelProps {
  readonly apiKey: ApiKey;
  readonly onIssued: (key: IssuedApiKey) => void;
  readonly onClose: () => void;
}

/** What is known of a key, and what can be done with it. */
export function KeyPanel({ apiKey, onIssued, onClose }: KeyPanelProps) {
  return (
    <Dialog title={apiKey.label} placement="side" onClose={onClose}>
      <div className="grid gap-5">
        {apiKey.revoked_at === null && <KeyActions apiKey={apiKey} onIssued={onIssued} />}
        <KeyFacts apiKey={apiKey} />
      </div>
    </Dialog>
  );
}

function KeyActions({ apiKey, onIssued }: Omit<KeyPanelProps, 'onClose'>) {
  const [asked, setAsked] = useState<'edit' | 'rotate' | 'revoke'>();
  const close = () => setAsked(undefined);
  const showRotated = (key: IssuedApiKey) => {
    close();
    onIssued(key);
  };
  const revoke = usePlaceMutation({
    run: (holdfast, id: string) => holdfast.admin.apiKeys.revoke(id),
    families: ['access'],
    done: ({ label }) => `${label} is revoked`,
    showsErrors: true,
  });
  return (
    <div className="flex flex-wrap gap-2">
      <Button icon="edit" onClick={() => setAsked('edit')}>
        Edit
      </Button>
      <Button icon="refresh" onClick={() => setAsked('rotate')}>
        Rotate
      </Button>
      <Button icon="trash" onClick={() => setAsked('revoke')}>
        Revoke
      </Button>
      {asked === 'edit' && <EditKeyDialog apiKey={apiKey} onClose={close} />}
      {asked === 'rotate' && <RotateKeyDialog apiKey={apiKey} onIssued={showRotated} onClose={close} />}
      {asked === 'revoke' && (
        <ConfirmDialog
          title={`Revoke ${apiKey.label}?`}
          confirmLabel="Revoke for good"
          onConfirm={() => revoke.mutateAsync(apiKey.id)}
          onClose={close}
        >
          Whoever uses it is refused within 5 seconds. A revoked key never becomes valid again.
        </ConfirmDialog>
      )}
    </div>
  );
}

function KeyFacts({ apiKey }: Pick<KeyPanelProps, 'apiKey'>) {
  const { display, scopes, expires_at, allowed_cidrs, ops_per_minute, last_used_at, revoked_at } = apiKey;
  const timeOr = (at: string | null, otherwise: string) => (at === null ? otherwise : <ExactTime at={at} />);
  return (
    <DetailList
      items={[
        ['State', <KeyState apiKey={apiKey} />],
        ['Key', <span className="font-mono text-xs">{display ?? 'not kept'}</span>],
        ['May do', scopes === null ? 'everything in this environment' : <ScopeBadges scopes={scopes} />],
        ['Addresses', allowed_cidrs?.join(', ') ?? 'any'],
        ['Operations a minute', ops_per_minute === null ? 'no limit of its own' : formatNumber(ops_per_minute)],
        ['Last used', timeOr(last_used_at, 'never')],
        ['Expires', timeOr(expires_at, 'never')],
        ['Created', <ExactTime at={apiKey.created_at} />],
        ['Changed', <ExactTime at={apiKey.updated_at} />],
        ...(revoked_at === null ? [] : [['Revoked', <ExactTime at={revoked_at} />] as const]),
        ...(apiKey.previous_valid_until === null
          ? []
          : [['Old value valid until', <ExactTime at={apiKey.previous_valid_until} />] as const]),
        ['Id', <span className="font-mono text-xs">{apiKey.id}</span>],
      ]}
    />
  );
}

function ScopeBadges({ scopes }: { readonly scopes: readonly string[] }) {
  return (
    <span className="flex flex-wrap gap-1">
      {scopes.map((scope) => (
        <Badge key={scope}>{scope}</Badge>
      ))}
    </span>
  );
}
