import type { JwtIssuer } from '@holdfast/sdk';
import { NotFoundError } from '@holdfast/sdk';
import { useState } from 'react';

import { usePlaceMutation, usePlaceQuery } from '../../live/place-query.ts';
import { usePlace, useScope } from '../../session/place-context.ts';
import { RequestSample } from '../../session/request-sample.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { DetailList } from '../../ui/detail-list.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { JwtIssuerDialog } from './jwt-issuer-dialog.tsx';

/** Whose JWTs can be exchanged for tokens here. */
export function JwtIssuerCard() {
  const mayManage = useScope('keys:admin');
  return mayManage ? <ManagedIssuer /> : null;
}

function ManagedIssuer() {
  const { tenantId, environment } = usePlace();
  const [asked, setAsked] = useState<'edit' | 'delete'>();
  const place = { tenant_id: tenantId, environment };
  const { data, error, refetch } = usePlaceQuery({
    family: 'access',
    key: ['jwt-issuer'],
    load: async (holdfast, signal) => {
      try {
        return await holdfast.admin.jwtIssuer.get(place, { signal });
      } catch (failure) {
        if (failure instanceof NotFoundError) return null;
        throw failure;
      }
    },
  });
  const remove = usePlaceMutation({
    run: (holdfast, _input: void) => holdfast.admin.jwtIssuer.delete(place),
    families: ['access'],
    done: () => 'No JWTs are trusted any more',
    showsErrors: true,
  });
  const close = () => setAsked(undefined);
  return (
    <Card
      title="JWT issuer"
      actions={
        data && (
          <div className="flex gap-2">
            <Button icon="edit" onClick={() => setAsked('edit')}>
              Edit
            </Button>
            <Button icon="trash" onClick={() => setAsked('delete')}>
              Remove
            </Button>
          </div>
        )
      }
    >
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data === undefined && !error && <Skeleton className="h-24" />}
      {data === null && <NoIssuer onCreate={() => setAsked('edit')} />}
      {data && <IssuerFacts issuer={data} />}
      {asked === 'edit' && <JwtIssuerDialog issuer={data ?? undefined} onClose={close} />}
      {asked === 'delete' && (
        <ConfirmDialog
          title="Trust no JWTs any more?"
          confirmLabel="Remove"
          onConfirm={() => remove.mutateAsync()}
          onClose={close}
        >
          Tokens that were given out for them end at once.
        </ConfirmDialog>
      )}
    </Card>
  );
}

function IssuerFacts({ issuer: { issuer, audience, jwks_uri, jwks, scopes } }: { readonly issuer: JwtIssuer }) {
  return (
    <DetailList
      items={[
        ['Issuer', issuer],
        ['Audience', audience],
        ['Keys', jwks_uri ?? `${jwks?.keys.length ?? 0} given here`],
        [
          'Its tokens may do',
          <span className="flex flex-wrap gap-1">
            {scopes.map((scope) => (
              <Badge key={scope}>{scope}</Badge>
            ))}
          </span>,
        ],
      ]}
    />
  );
}

function NoIssuer({ onCreate }: { readonly onCreate: () => void }) {
  return (
    <EmptyState
      icon="keys"
      title="No JWTs are trusted"
      description="Programs that have a JWT of your identity provider can exchange it for a token of 15 minutes, and need no API key."
    >
      <div className="mb-5 text-center">
        <Button icon="add" onClick={onCreate}>
          Trust an issuer
        </Button>
      </div>
      <RequestSample
        label="Trust an issuer"
        method="PUT"
        path="/v1/admin/jwt-issuer"
        body={issuerExample}
        typescript={[
          'await holdfast.admin.jwtIssuer.put({',
          `  issuer: '${issuerExample.issuer}',`,
          `  audience: '${issuerExample.audience}',`,
          `  jwks_uri: '${issuerExample.jwks_uri}',`,
          "  scopes: ['resources:write'],",
          '});',
        ].join('\n')}
      />
    </EmptyState>
  );
}

const issuerExample = {
  issuer: 'https://id.example.com',
  audience: 'holdfast',
  jwks_uri: 'https://id.example.com/jwks.json',
  scopes: ['resources:write'],
};
