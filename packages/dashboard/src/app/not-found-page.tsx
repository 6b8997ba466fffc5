export function NotFoundPage() {
  return (
    <main className="grid min-h-dvh place-content-center p-6 text-center">
      <h1 className="text-lg font-semibold">There is no such page</h1>
      <p className="mt-1 text-muted">
        <a href="/dashboard" className="text-accent-text underline underline-offset-2">
          Back to the overview
        </a>
      </p>
    </main>
  );
}
