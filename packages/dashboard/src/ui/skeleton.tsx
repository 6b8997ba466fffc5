import { classNames } from './class-names.ts';

/** Takes the place of something that is being loaded. Give it that thing's size, so that nothing moves later. */
export function Skeleton({ className }: { readonly className: string }) {
  return <div aria-hidden="true" className={classNames('animate-shimmer rounded bg-hover', className)} />;
}
