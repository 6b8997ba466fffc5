import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';

import { Button } from '../ui/button.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { FirstKeysDialog } from './first-keys-dialog.tsx';
import { loadSession, signInByLink, takeFirstKeys } from './session-api.ts';
import type { FirstKeys, Session, SignedOut } from './session-api.ts';
import { SessionContext } from './session-context.ts';
import { SignInPage } from './sign-in-page.tsx';

interface Start {
  readonly answer: Session | SignedOut;
  /** Whether the page was opened by a link that no longer works. */
  readonly hasSpentLink: boolean;
  readonly firstKeys: ReadonlyMap<string, FirstKeys>;
}

/** The token of a link that signs in. It leaves the address at once, so that no history keeps it. */
const startToken = new URLSearchParams(location.hash.slice(1)).get('start');
if (startToken !== null) history.replaceState(null, '', location.pathname + location.search);
// A link that is opened where the dashboard is open already loads no page by itself.
addEventListener('hashchange', () => {
  if (location.hash.startsWith('#start=')) location.reload();
});

async function start(): Promise<Start> {
  const hasSpentLink = startToken !== null && !(await signInByLink(startToken));
  const answer = await loadSession();
  const tenantIds = 'memberships' in answer ? answer.memberships.map(({ tenantId }) => tenantId) : [];
  const taken = await Promise.all(
    tenantIds.map(async (tenantId) => [tenantId, await takeFirstKeys(tenantId)] as const),
  );
  const firstKeys = new Map(taken.flatMap(([tenantId, keys]) => (keys ? [[tenantId, keys] as const] : [])));
  return { answer, hasSpentLink, firstKeys };
}

/** A link and first keys work once, so there is one start, however often React renders. */
let started: Promise<Start> | undefined;

/** Shows its children to whoever is signed in, and a way in to all others. */
export function SessionGate({ children }: { readonly children: ReactNode }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['session'],
    queryFn: () => (started ??= start()),
    staleTime: Infinity,
    gcTime: Infinity,
    retry: false,
  });
  const retry = () => {
    started = undefined;
    void refetch();
  };
  if (error) return <Unreachable onRetry={retry} />;
  if (data === undefined) return <Spinner label="Signing in" isPage />;
  if (!('memberships' in data.answer)) return <SignInPage {...data.answer} hasSpentLink={data.hasSpentLink} />;
  return (
    <SignedIn session={data.answer} firstKeys={data.firstKeys}>
      {children}
    </SignedIn>
  );
}

interface SignedInProps extends Pick<Start, 'firstKeys'> {
  readonly session: Session;
  readonly children: ReactNode;
}

function SignedIn({ session, firstKeys, children }: SignedInProps) {
  const [hasSeenKeys, setHasSeenKeys] = useState(false);
  const value = useMemo(() => ({ session, firstKeys }), [session, firstKeys]);
  return (
    <SessionContext value={value}>
      {children}
      {firstKeys.size > 0 && !hasSeenKeys && (
        <FirstKeysDialog session={session} firstKeys={firstKeys} onClose={() => setHasSeenKeys(true)} />
      )}
    </SessionContext>
  );
}

function Unreachable({ onRetry }: { readonly onRetry: () => void }) {
  return (
    <main className="grid min-h-dvh place-content-center justify-items-center gap-4 p-6 text-center">
      <h1 className="text-lg font-semibold">The server can’t be reached</h1>
      <p className="text-muted">It may be starting, or your network may be down.</p>
      <Button onClick={onRetry}>Try again</Button>
    </main>
  );
}
