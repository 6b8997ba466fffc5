import { find } from './elements.ts';

/** On a narrow screen the navigation is folded away again when it has led somewhere. */
export function startNavigation(): void {
  const fold = find<HTMLDetailsElement>('nav details');
  fold.addEventListener('click', ({ target }) => {
    if (target instanceof Element && target.closest('a')) fold.open = false;
  });
}
