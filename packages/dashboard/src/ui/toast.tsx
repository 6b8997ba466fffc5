import { useSyncExternalStore } from 'react';

import { IconButton } from './button.tsx';
import { classNames } from './class-names.ts';
import { Icon } from './icon.tsx';

interface ToastContent {
  readonly title: string;
  readonly description?: string;
  readonly tone?: 'positive' | 'negative';
}

interface ShownToast extends ToastContent {
  readonly id: number;
}

const shownForMs = 6_000;

let toasts: readonly ShownToast[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function setToasts(next: readonly ShownToast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

function dismiss(id: number): void {
  setToasts(toasts.filter((each) => each.id !== id));
}

/** Says in a corner of the page what has come of something. What went wrong stays until it is closed. */
export function toast(content: ToastContent): void {
  const id = (lastId += 1);
  setToasts([...toasts.slice(-3), { ...content, id }]);
  if (content.tone !== 'negative') setTimeout(() => dismiss(id), shownForMs);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Where toasts are shown. The page has one. */
export function Toasts() {
  const shown = useSyncExternalStore(subscribe, () => toasts);
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-4 bottom-4 z-50 grid justify-items-end gap-2 sm:left-auto sm:w-96"
    >
      {shown.map(({ id, title, description, tone = 'positive' }) => (
        <div
          key={id}
          className="pointer-events-auto flex w-full animate-appear items-start gap-2.5 rounded-lg bg-raised p-3 shadow-pop"
        >
          <Icon
            name={tone === 'positive' ? 'check' : 'warning'}
            className={classNames('mt-0.5 size-4', tone === 'positive' ? 'text-positive' : 'text-negative')}
          />
          <div className="min-w-0 flex-1 text-sm [overflow-wrap:anywhere]">
            <p className="font-medium">{title}</p>
            {description !== undefined && <p className="text-muted">{description}</p>}
          </div>
          <IconButton icon="close" label="Close message" onClick={() => dismiss(id)} />
        </div>
      ))}
    </div>
  );
}
