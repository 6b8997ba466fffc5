import type { Person } from '@holdfast/sdk';
import { useState } from 'react';

import { useFilters } from '../../app/use-filters.ts';
import { usePagedPlaceQuery } from '../../live/place-query.ts';
import { usePlace, useScope } from '../../session/place-context.ts';
import { Button } from '../../ui/button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { NoPeople } from './no-people.tsx';
import { peopleColumns } from './people-columns.tsx';
import { PersonPanel } from './person-panel.tsx';

const description = 'Who signs in to this tenant, and what for. They belong to both of its environments.';

export function View() {
  const mayManage = useScope('keys:admin');
  if (mayManage) return <People />;
  return (
    <Page title="People" description={description}>
      <Notice tone="neutral">Only owners see and change who belongs to this tenant.</Notice>
    </Page>
  );
}

function People() {
  const { tenantId } = usePlace();
  const mayChange = useMayChange();
  const [{ person: openedId }, setFilters] = useFilters({ person: '' });
  const [isInviting, setIsInviting] = useState(false);
  const { items, error, isLoading, loadMore, refresh } = usePagedPlaceQuery<Person>({
    family: 'access',
    key: ['people'],
    loadPage: async (holdfast, cursor, signal) => {
      const query = { tenant_id: tenantId, ...(cursor !== undefined && { cursor }) };
      const { data, pagination } = await holdfast.admin.people.list(query, { signal });
      return { items: data, nextCursor: pagination.next_cursor };
    },
  });
  const opened = items.find(({ id }) => id === openedId);
  return (
    <Page
      title="People"
      description={description}
      actions={
        mayChange && (
          <Button variant="primary" icon="add" onClick={() => setIsInviting(true)}>
            Invite
          </Button>
        )
      }
    >
      {error && <ErrorNotice error={error} onRetry={refresh} />}
      {!mayChange && <Notice tone="neutral">People are invited and changed in the live environment.</Notice>}
      <DataTable
        label="People"
        columns={peopleColumns}
        rows={items}
        rowKey={({ id }) => id}
        isLoading={isLoading}
        onEndReached={loadMore}
        onRowOpen={({ id }) => setFilters({ person: id })}
        selectedKey={opened?.id}
        empty={<NoPeople />}
      />
      {opened && <PersonPanel person={opened} mayChange={mayChange} onClose={() => setFilters({ person: '' })} />}
      {isInviting && <InviteDialog onClose={() => setIsInviting(false)} />}
    </Page>
  );
}

/** Whoever has no more than a tenant's test environment changes nobody. */
function useMayChange(): boolean {
  const isOperator = useScope('platform:admin');
  return usePlace().environment === 'live' || isOperator;
}
