import type { Tenant } from '@holdfast/sdk';
import { useState } from 'react';

import { usePlaceMutation } from '../../live/place-query.ts';
import { Button } from '../../ui/button.tsx';
import { CodeBlock } from '../../ui/code-block.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { DetailList } from '../../ui/detail-list.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ExactTime } from '../../ui/time.tsx';
import { EditTenantDialog } from './tenant-dialog.tsx';

interface TenantPanelProps {
  readonly tenant: Tenant;
  readonly onClose: () => void;
}

export function TenantPanel({ tenant, onClose }: TenantPanelProps) {
  const hasMetadata = Object.keys(tenant.metadata).length > 0;
  return (
    <Dialog title={tenant.name} placement="side" onClose={onClose}>
      <div className="grid gap-5">
        <TenantActions tenant={tenant} />
        <DetailList
          items={[
            ['Id', <span className="font-mono text-xs">{tenant.id}</span>],
            ['Tier', tenant.tier],
            ['State', tenant.suspended ? 'suspended' : 'active'],
            ['Can be locked', tenant.require_registration ? 'what is registered' : 'any name'],
            ['Created', <ExactTime at={tenant.created_at} />],
            ['Changed', <ExactTime at={tenant.updated_at} />],
          ]}
        />
        {hasMetadata && <CodeBlock code={JSON.stringify(tenant.metadata, null, 2)} label="Metadata" />}
      </div>
    </Dialog>
  );
}

function TenantActions({ tenant }: Pick<TenantPanelProps, 'tenant'>) {
  const { id, name, suspended } = tenant;
  const [asked, setAsked] = useState<'edit' | 'suspend'>();
  const close = () => setAsked(undefined);
  const setSuspended = usePlaceMutation({
    run: (holdfast, wanted: boolean) => holdfast.admin.tenants.update(id, { suspended: wanted }),
    families: ['access'],
    done: (changed) => `${changed.name} is ${changed.suspended ? 'suspended' : 'active again'}`,
  });
  return (
    <div className="flex flex-wrap gap-2">
      <Button icon="edit" onClick={() => setAsked('edit')}>
        Edit
      </Button>
      {suspended ? (
        <Button icon="play" isBusy={setSuspended.isPending} onClick={() => setSuspended.mutate(false)}>
          Resume
        </Button>
      ) : (
        <Button icon="pause" onClick={() => setAsked('suspend')}>
          Suspend
        </Button>
      )}
      {asked === 'edit' && <EditTenantDialog tenant={tenant} onClose={close} />}
      {asked === 'suspend' && (
        <ConfirmDialog
          title={`Suspend ${name}?`}
          confirmLabel="Suspend"
          onConfirm={() => setSuspended.mutateAsync(true)}
          onClose={close}
        >
          Its API keys are refused, and nothing of it can be changed, until you resume it. Its data stays.
        </ConfirmDialog>
      )}
    </div>
  );
}
