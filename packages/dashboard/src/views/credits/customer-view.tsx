import { NotFoundError } from '@holdfast/sdk';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';

import { PlaceLink } from '../../app/place-link.tsx';
import { usePlaceQuery } from '../../live/place-query.ts';
import { useScope } from '../../session/place-context.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Page } from '../../ui/page.tsx';
import { AdjustDialog } from './adjust-dialog.tsx';
import { BalanceTiles } from './balance-tiles.tsx';
import { BlocksCard } from './blocks-card.tsx';
import { GrantDialog } from './grant-dialog.tsx';
import { HoldsCard } from './holds-card.tsx';
import { LedgerCard } from './ledger-card.tsx';

/** The customer that the address names. Nothing of one is kept for the next. */
export function View() {
  const { customer: customerId = '' } = useParams({ strict: false });
  return <CustomerPage key={customerId} customerId={customerId} />;
}

/** One customer: what there is, what it consists of, what holds it, and how it came about. */
function CustomerPage({ customerId }: { readonly customerId: string }) {
  const [dialog, setDialog] = useState<'grant' | 'adjust'>();
  const mayWrite = useScope('credits:write');
  const customer = usePlaceQuery({
    family: 'credits',
    key: ['customer', customerId],
    load: (holdfast, signal) => holdfast.credits.customers.get({ id: customerId }, { signal }),
  });
  const account = usePlaceQuery({
    family: 'credits',
    key: ['account', customerId],
    load: (holdfast, signal) => holdfast.credits.account({ id: customerId }, { include_blocks: true }, { signal }),
  });
  const error = customer.error ?? account.error;
  if (error) return <Unavailable error={error} onRetry={() => void customer.refetch()} />;
  const { external_id: externalId = '', display_name: name = null } = customer.data ?? {};
  const close = () => setDialog(undefined);
  return (
    <Page
      title={name ?? (externalId || 'Customer')}
      description={<Whereabouts externalId={externalId} />}
      actions={
        mayWrite && (
          <>
            <Button icon="edit" onClick={() => setDialog('adjust')}>
              Adjust
            </Button>
            <Button variant="primary" icon="add" onClick={() => setDialog('grant')}>
              Grant credits
            </Button>
          </>
        )
      }
    >
      <BalanceTiles account={account.data} />
      <div className="grid items-start gap-5 xl:grid-cols-[3fr_2fr]">
        <BlocksCard account={account.data} />
        <HoldsCard customerId={customerId} />
      </div>
      <LedgerCard customerId={customerId} blocks={account.data?.blocks ?? []} />
      {dialog === 'grant' && <GrantDialog customerId={customerId} onClose={close} />}
      {dialog === 'adjust' && <AdjustDialog customerId={customerId} account={account.data} onClose={close} />}
    </Page>
  );
}

function Whereabouts({ externalId }: { readonly externalId: string }) {
  return (
    <>
      <PlaceLink to="credits" className="underline hover:text-ink">
        Customers
      </PlaceLink>
      <span aria-hidden="true"> / </span>
      <span className="font-mono text-xs">{externalId}</span>
    </>
  );
}

function Unavailable({ error, onRetry }: { readonly error: Error; readonly onRetry: () => void }) {
  return (
    <Page title="Customer" description={<Whereabouts externalId="" />}>
      {error instanceof NotFoundError ? (
        <EmptyState icon="credits" title="There is no such customer" description="The link may be of another place." />
      ) : (
        <ErrorNotice error={error} onRetry={onRetry} />
      )}
    </Page>
  );
}
