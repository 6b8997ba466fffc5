import { classNames } from './class-names.ts';

/** Something is under way, and nothing of its shape is known. Where it is, `Skeleton` is better. */
export function Spinner({ label, isPage = false }: { readonly label: string; readonly isPage?: boolean }) {
  return (
    <div role="status" aria-label={label} className={classNames('grid place-content-center', isPage && 'min-h-dvh')}>
      <div className="size-5 animate-spin rounded-full border-2 border-line-strong border-t-accent" />
    </div>
  );
}
