import { find } from './elements.ts';

/** Something that can be found: an operation, an event or a shared answer, with its entry in the navigation. */
interface Findable {
  readonly element: HTMLElement;
  readonly entry: Element | undefined;
  /** Its title, path, parameters, fields and schemas. */
  readonly names: string;
  readonly text: string;
}

/** What is shown only if something in it was found. */
const groupSelector = 'main > section, nav .group, nav .family';
const memberSelector = 'article:not([hidden]), .shared:not([hidden]), nav li:not([hidden])';
const nameSelector = 'h3, .route, .facts, dt, .type, .shared > summary';

/** Shows only what has all the words that were typed. `/` leads to the box, Escape empties it. */
export function startSearch(): void {
  const box = find<HTMLInputElement>('#search');
  let findables: readonly Findable[] | undefined;
  const search = () => showFound((findables ??= readFindables()), box.value);
  const clear = () => {
    box.value = '';
    search();
  };
  box.addEventListener('input', search);
  box.form?.addEventListener('submit', (event) => {
    event.preventDefault();
    document.querySelector<HTMLElement>('nav li:not([hidden]) a')?.focus();
  });
  addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && document.activeElement === box) clear();
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isWriting()) return;
    event.preventDefault();
    box.select();
  });
  // A link may lead to what isn't shown.
  addEventListener('hashchange', () => {
    const target = document.getElementById(location.hash.slice(1));
    if (target === null || target.closest('[hidden]') === null) return;
    clear();
    target.scrollIntoView();
  });
  // The browser may have kept it while the page was left.
  if (box.value !== '') search();
}

function readFindables(): readonly Findable[] {
  const entries = new Map([...document.querySelectorAll('nav li')].map((entry) => [hashOf(entry), entry]));
  return [...document.querySelectorAll<HTMLElement>('main article, #answers > details')].map((element) => ({
    element,
    entry: entries.get(`#${element.id}`),
    names: [...element.querySelectorAll(nameSelector)].map(({ textContent }) => textContent.toLowerCase()).join('\n'),
    text: element.textContent.toLowerCase(),
  }));
}

function hashOf(entry: Element): string | undefined {
  return entry.querySelector('a')?.hash;
}

/** By names, since words such as "customer" are everywhere; only if no name has them, by the whole text. */
function showFound(findables: readonly Findable[], query: string): void {
  const words = query.toLowerCase().split(/\s+/u);
  const hasAll = (text: string) => words.every((word) => text.includes(word));
  const named = findables.filter(({ names }) => hasAll(names));
  const found = new Set(named.length > 0 ? named : findables.filter(({ text }) => hasAll(text)));
  for (const findable of findables) findable.element.hidden = !found.has(findable);
  const entries = new Set([...found].map(({ entry }) => entry));
  for (const entry of document.querySelectorAll('nav li')) {
    entry.toggleAttribute('hidden', query !== '' && !entries.has(entry));
  }
  document.body.classList.toggle('searching', query !== '');
  for (const group of document.querySelectorAll(groupSelector)) {
    group.toggleAttribute('hidden', query !== '' && group.querySelector(memberSelector) === null);
  }
  find('#found').textContent = query === '' ? '' : sayHowMany(found.size);
}

function sayHowMany(count: number): string {
  if (count === 0) return 'Nothing found';
  return count === 1 ? '1 found' : `${count} found`;
}

function isWriting(): boolean {
  return document.activeElement?.matches('input, textarea, select') === true;
}
