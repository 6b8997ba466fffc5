import type { IssuedWebhookEndpoint, WebhookEndpoint, WebhookTestResult } from '@holdfast/sdk';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';

import { usePlaceMutation } from '../../live/place-query.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { EditEndpointDialog } from './endpoint-dialog.tsx';
import { EndpointSecretDialog } from './endpoint-secret-dialog.tsx';
import { ReplayDialog } from './replay-dialog.tsx';
import { RotateSecretDialog } from './rotate-secret-dialog.tsx';
import { TestResultDialog } from './test-result-dialog.tsx';

/** What can be done with an endpoint. */
export function EndpointActions({ endpoint }: { readonly endpoint: WebhookEndpoint }) {
  const [asked, setAsked] = useState<'edit' | 'replay' | 'rotate' | 'delete'>();
  const [issued, setIssued] = useState<IssuedWebhookEndpoint>();
  const [tested, setTested] = useState<WebhookTestResult>();
  const { test, setEnabled, remove } = useEndpointMutations(endpoint, setTested);
  const close = () => setAsked(undefined);
  const showRotated = (rotated: IssuedWebhookEndpoint) => {
    close();
    setIssued(rotated);
  };
  return (
    <>
      <Button isBusy={test.isPending} onClick={() => test.mutate()}>
        Send a test
      </Button>
      <Button icon="refresh" disabled={!endpoint.enabled} onClick={() => setAsked('replay')}>
        Replay
      </Button>
      <Button icon="edit" onClick={() => setAsked('edit')}>
        Edit
      </Button>
      <Menu trigger={<IconButton icon="more" label="More actions" />}>
        <MenuItem icon="keys" onSelect={() => setAsked('rotate')}>
          Rotate the secret
        </MenuItem>
        <MenuItem icon={endpoint.enabled ? 'pause' : 'play'} onSelect={() => setEnabled.mutate(!endpoint.enabled)}>
          {endpoint.enabled ? 'Disable' : 'Enable'}
        </MenuItem>
        <MenuItem icon="trash" onSelect={() => setAsked('delete')}>
          Delete
        </MenuItem>
      </Menu>
      {asked === 'edit' && <EditEndpointDialog endpoint={endpoint} onClose={close} />}
      {asked === 'replay' && <ReplayDialog endpoint={endpoint} onClose={close} />}
      {asked === 'rotate' && <RotateSecretDialog endpoint={endpoint} onIssued={showRotated} onClose={close} />}
      {asked === 'delete' && (
        <ConfirmDialog
          title="Delete this endpoint?"
          confirmLabel="Delete"
          onConfirm={() => remove.mutateAsync()}
          onClose={close}
        >
          What still waits to be sent to it is lost, and so is the record of what was.
        </ConfirmDialog>
      )}
      {issued && <EndpointSecretDialog endpoint={issued} onClose={() => setIssued(undefined)} />}
      {tested && <TestResultDialog result={tested} onClose={() => setTested(undefined)} />}
    </>
  );
}

function useEndpointMutations({ id }: WebhookEndpoint, onTested: (result: WebhookTestResult) => void) {
  const navigate = useNavigate();
  const test = usePlaceMutation({
    run: (holdfast, _input: void) => holdfast.webhookEndpoints.test(id),
    families: [],
    onSuccess: onTested,
  });
  const setEnabled = usePlaceMutation({
    run: (holdfast, enabled: boolean) => holdfast.webhookEndpoints.update(id, { enabled }),
    families: ['settings'],
    done: ({ enabled }) => (enabled ? 'The endpoint is enabled' : 'The endpoint is disabled'),
  });
  const remove = usePlaceMutation({
    run: (holdfast, _input: void) => holdfast.webhookEndpoints.delete(id),
    families: [],
    done: () => 'The endpoint is deleted',
    onSuccess: () => void navigate({ to: '..' }),
    showsErrors: true,
  });
  return { test, setEnabled, remove };
}
