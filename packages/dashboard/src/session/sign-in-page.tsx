import { Mark } from '../app/mark.tsx';
import { ButtonLink } from '../ui/button.tsx';
import { CodeBlock } from '../ui/code-block.tsx';
import type { SignedOut } from './session-api.ts';

interface SignInPageProps extends SignedOut {
  readonly hasSpentLink: boolean;
}

/** The way in: the provider's, or a link that whoever runs the server can print. */
export function SignInPage({ signInUrl, hasSpentLink }: SignInPageProps) {
  return (
    <main className="grid min-h-dvh place-content-center p-6">
      <div className="w-full max-w-sm animate-appear">
        <Mark className="mb-6 size-10" />
        <h1 className="text-xl font-semibold tracking-tight">Sign in to Holdfast</h1>
        {hasSpentLink && (
          <p role="alert" className="my-4 rounded-lg bg-warning-soft px-3 py-2 text-sm text-warning">
            This link was used before, or is older than 15 minutes. Each works once.
          </p>
        )}
        {signInUrl === null ? <LinkInstructions /> : <ProviderButton signInUrl={signInUrl} />}
      </div>
    </main>
  );
}

function ProviderButton({ signInUrl }: { readonly signInUrl: string }) {
  const here = location.pathname + location.search;
  return (
    <>
      <p className="mt-2 mb-6 text-muted">What you hold, spend and book, live.</p>
      <ButtonLink href={`${signInUrl}?return=${encodeURIComponent(here)}`} variant="primary" isWide>
        Continue with your organisation’s account
      </ButtonLink>
    </>
  );
}

function LinkInstructions() {
  return (
    <>
      <p className="mt-2 mb-4 text-muted">
        This server has no sign-in provider. On the machine that runs it, print a link that signs you in:
      </p>
      <CodeBlock code="npm run sign-in-link" label="Command that prints a link" />
      <p className="mt-4 text-sm text-muted">
        For several people, name a provider with <code className="font-mono text-ink">HOLDFAST_OIDC_ISSUER</code>.
      </p>
    </>
  );
}
