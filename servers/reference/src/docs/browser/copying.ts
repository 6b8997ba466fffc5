import { find } from './elements.ts';

/** For how long a button says what became of its click. */
const shownMs = 2_000;

/** Lets the buttons beside examples copy them. */
export function startCopying(): void {
  document.addEventListener('click', async ({ target }) => {
    const button = target instanceof Element ? target.closest<HTMLButtonElement>('button.copy') : null;
    const example = button?.closest('figure')?.querySelector('pre');
    if (!button || !example) return;
    button.textContent = (await copy(example)) ? 'Copied' : 'Press Ctrl+C';
    find('#announcement').textContent = button.textContent;
    setTimeout(() => (button.textContent = 'Copy'), shownMs);
  });
}

/** Where a page may not write to the clipboard, as over plain HTTP, the example is selected instead. */
async function copy(example: Element): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(example.textContent);
    return true;
  } catch {
    getSelection()?.selectAllChildren(example);
    return false;
  }
}
