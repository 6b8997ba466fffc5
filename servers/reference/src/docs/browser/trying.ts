import type { TriedOperation } from '../tried-operation.ts';
import { readInputs } from './operation-inputs.ts';
import { TryPanel } from './try-panel.ts';

/** Lets the buttons "Try it" open a form for their operation, one at a time. The key is kept here, and nowhere else. */
export function startTrying(): void {
  const key = { value: '' };
  let opened: { readonly button: HTMLButtonElement; readonly panel: TryPanel } | undefined;

  const close = () => {
    opened?.panel.remove();
    opened?.button.setAttribute('aria-expanded', 'false');
    opened = undefined;
  };

  document.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest<HTMLButtonElement>('button.try') : null;
    if (button === null) return;
    const wasOpen = opened?.button === button;
    close();
    if (wasOpen) return;
    const operation = JSON.parse(button.dataset['operation'] ?? '') as TriedOperation;
    const panel = new TryPanel(operation, readInputs(button.closest('article')!), key);
    button.after(panel.element);
    button.setAttribute('aria-expanded', 'true');
    panel.focus();
    opened = { button, panel };
  });
}
