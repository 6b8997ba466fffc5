import { Navigate } from '@tanstack/react-router';

import { useSession } from '../session/session-context.ts';
import { readLastPlace } from './last-place.ts';
import { Mark } from './mark.tsx';

/** Leads to where the reader was last, or to the test environment of his first tenant. */
export function HomePage() {
  const { memberships } = useSession().session;
  const last = readLastPlace();
  const membership = memberships.find(({ tenantId }) => tenantId === last?.tenantId) ?? memberships[0];
  if (membership === undefined) return <NoTenant />;
  const environment = membership.tenantId === last?.tenantId ? last.environment : 'live';
  return <Navigate to={`/${encodeURIComponent(membership.tenantId)}/${environment}/overview`} replace />;
}

function NoTenant() {
  return (
    <main className="grid min-h-dvh place-content-center justify-items-center p-6 text-center">
      <Mark className="mb-5 size-10" />
      <h1 className="text-lg font-semibold">You belong to no tenant</h1>
      <p className="mt-1 max-w-sm text-muted">
        Ask whoever runs this server, or an owner of your tenant, to invite you.
      </p>
    </main>
  );
}
