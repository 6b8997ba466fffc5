import { useQuery } from '@tanstack/react-query';
import { Outlet, useParams } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';
import type { ReactNode } from 'react';

import { LiveProvider } from '../live/live-provider.tsx';
import { createClient } from '../session/client.ts';
import { PlaceContext } from '../session/place-context.ts';
import { environments, SignedOutError } from '../session/session-api.ts';
import type { Place } from '../session/session-api.ts';
import { useSession } from '../session/session-context.ts';
import { TokenSource } from '../session/token-source.ts';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { keepLastPlace } from './last-place.ts';
import { NotFoundPage } from './not-found-page.tsx';
import { Shell } from './shell.tsx';

/** All that is of one place: its client, its events, its navigation, and the view that is open. */
export function PlaceLayout() {
  const { tenant = '', environment: named } = useParams({ strict: false });
  const environment = environments.find((each) => each === named);
  if (environment === undefined) return <NotFoundPage />;
  return (
    <PlaceProvider key={`${environment} ${tenant}`} tenantId={tenant} environment={environment}>
      <LiveProvider>
        <Shell>
          <Outlet />
        </Shell>
      </LiveProvider>
    </PlaceProvider>
  );
}

function PlaceProvider({ tenantId, environment, children }: Place & { readonly children: ReactNode }) {
  const { session } = useSession();
  const tokens = useMemo(() => new TokenSource({ tenantId, environment }), [tenantId, environment]);
  const client = useMemo(() => createClient(tokens), [tokens]);
  const { data, error, refetch } = useQuery({
    queryKey: [tenantId, environment, 'token'],
    queryFn: () => tokens.get(),
    staleTime: Infinity,
  });
  const membership = session.memberships.find((each) => each.tenantId === tenantId);
  const tenantName = membership?.tenantName ?? tenantId;
  const value = useMemo(
    () => ({ tenantId, environment, tenantName, ...client, scopes: data?.scopes ?? [] }),
    [tenantId, environment, tenantName, client, data],
  );
  useEffect(() => {
    if (data) keepLastPlace({ tenantId, environment });
  }, [data, tenantId, environment]);
  useEffect(() => {
    // The page starts anew, where it shows the way in.
    if (error instanceof SignedOutError) location.assign('/dashboard');
  }, [error]);
  if (error) {
    return (
      <main className="mx-auto max-w-md p-8">
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      </main>
    );
  }
  if (data === undefined) return <Spinner label="Loading" isPage />;
  return <PlaceContext value={value}>{children}</PlaceContext>;
}
