import { find } from './elements.ts';

/** The navigation is open beside the page; above it, on a narrow screen, only until it has led somewhere. */
export function startNavigation(): void {
  const fold = find<HTMLDetailsElement>('nav details');
  const isBeside = matchMedia('(min-width: 60.01rem)');
  const unfold = () => (fold.open = isBeside.matches);
  isBeside.addEventListener('change', unfold);
  unfold();
  fold.addEventListener('click', ({ target }) => {
    if (target instanceof Element && target.closest('a')) unfold();
  });
}
