import type { IssuedWebhookEndpoint, WebhookEndpoint } from '@holdfast/sdk';
import { PermissionDeniedError } from '@holdfast/sdk';
import { useState } from 'react';

import { usePagedPlaceQuery } from '../../live/place-query.ts';
import { useScope } from '../../session/place-context.ts';
import { Button } from '../../ui/button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { endpointColumns } from './endpoint-columns.tsx';
import { NewEndpointDialog } from './endpoint-dialog.tsx';
import { EndpointSecretDialog } from './endpoint-secret-dialog.tsx';
import { NoEndpoints } from './no-endpoints.tsx';

const description = 'Where events are sent, and what became of them.';

export function View() {
  const mayManage = useScope('webhooks:admin');
  if (mayManage) return <Endpoints />;
  return (
    <Page title="Webhooks" description={description}>
      <Notice tone="neutral">Only owners see and change where events are sent.</Notice>
    </Page>
  );
}

function Endpoints() {
  const [isCreating, setIsCreating] = useState(false);
  const [issued, setIssued] = useState<IssuedWebhookEndpoint>();
  const { items, error, isLoading, loadMore, refresh } = usePagedPlaceQuery<WebhookEndpoint>({
    family: 'settings',
    key: ['webhook-endpoints'],
    loadPage: async (holdfast, cursor, signal) => {
      const query = cursor === undefined ? {} : { cursor };
      const { data, pagination } = await holdfast.webhookEndpoints.list(query, { signal });
      return { items: data, nextCursor: pagination.next_cursor };
    },
  });
  const showCreated = (endpoint: IssuedWebhookEndpoint) => {
    setIsCreating(false);
    setIssued(endpoint);
  };
  if (error instanceof PermissionDeniedError && error.upgradeRequired) {
    return (
      <Page title="Webhooks" description={description}>
        <Notice tone="neutral">This tenant’s tier has no webhooks. Another tier has them.</Notice>
      </Page>
    );
  }
  return (
    <Page
      title="Webhooks"
      description={description}
      actions={
        <Button variant="primary" icon="add" onClick={() => setIsCreating(true)}>
          New endpoint
        </Button>
      }
    >
      {error && <ErrorNotice error={error} onRetry={refresh} />}
      <DataTable
        label="Endpoints"
        columns={endpointColumns}
        rows={items}
        rowKey={({ id }) => id}
        isLoading={isLoading}
        onEndReached={loadMore}
        empty={<NoEndpoints />}
      />
      {isCreating && <NewEndpointDialog onIssued={showCreated} onClose={() => setIsCreating(false)} />}
      {issued && <EndpointSecretDialog endpoint={issued} onClose={() => setIssued(undefined)} />}
    </Page>
  );
}
