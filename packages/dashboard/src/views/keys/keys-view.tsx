import type { ApiKey, IssuedApiKey } from '@holdfast/sdk';
import { useState } from 'react';

import { useFilters } from '../../app/use-filters.ts';
import { usePagedPlaceQuery } from '../../live/place-query.ts';
import { usePlace, useScope } from '../../session/place-context.ts';
import { Button } from '../../ui/button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { keyColumns } from './key-columns.tsx';
import { NewKeyDialog } from './key-dialog.tsx';
import { KeyPanel } from './key-panel.tsx';
import { isValid } from './key-state.tsx';
import { KeyValueDialog } from './key-value-dialog.tsx';
import { NoKeys } from './no-keys.tsx';

const description = 'Who acts for this tenant. A key is shown once, when it is made.';

export function View() {
  const mayManage = useScope('keys:admin');
  if (mayManage) return <Keys />;
  return (
    <Page title="API keys" description={description}>
      <Notice tone="neutral">Only owners see and change API keys.</Notice>
    </Page>
  );
}

const shows = [
  { value: 'valid', label: 'Valid' },
  { value: 'all', label: 'All' },
] as const;

function useKeys() {
  const { tenantId, environment } = usePlace();
  return usePagedPlaceQuery<ApiKey>({
    family: 'access',
    key: ['keys'],
    loadPage: async (holdfast, cursor, signal) => {
      const query = { tenant_id: tenantId, environment, limit: 200, ...(cursor !== undefined && { cursor }) };
      const { data, pagination } = await holdfast.admin.apiKeys.list(query, { signal });
      return { items: data, nextCursor: pagination.next_cursor };
    },
  });
}

function Keys() {
  const [{ show, key: openedId }, setFilters] = useFilters({ show: 'valid', key: '' });
  const [isCreating, setIsCreating] = useState(false);
  const [issued, setIssued] = useState<IssuedApiKey>();
  const { items, error, isLoading, loadMore, refresh } = useKeys();
  const rows = show === 'all' ? items : items.filter((key) => isValid(key, Date.now()));
  const opened = items.find(({ id }) => id === openedId);
  const showCreated = (key: IssuedApiKey) => {
    setIsCreating(false);
    setIssued(key);
  };
  return (
    <Page
      title="API keys"
      description={description}
      actions={
        <>
          <Segmented
            label="Which keys"
            options={shows}
            value={show === 'all' ? 'all' : 'valid'}
            onChange={(value) => setFilters({ show: value })}
          />
          <Button variant="primary" icon="add" onClick={() => setIsCreating(true)}>
            New key
          </Button>
        </>
      }
    >
      {error && <ErrorNotice error={error} onRetry={refresh} />}
      <DataTable
        label="API keys"
        columns={keyColumns}
        rows={rows}
        rowKey={({ id }) => id}
        isLoading={isLoading}
        onEndReached={loadMore}
        onRowOpen={({ id }) => setFilters({ key: id })}
        selectedKey={opened?.id}
        empty={<NoKeys />}
      />
      {opened && <KeyPanel apiKey={opened} onIssued={setIssued} onClose={() => setFilters({ key: '' })} />}
      {isCreating && <NewKeyDialog onIssued={showCreated} onClose={() => setIsCreating(false)} />}
      {issued && <KeyValueDialog issued={issued} onClose={() => setIssued(undefined)} />}
    </Page>
  );
}
