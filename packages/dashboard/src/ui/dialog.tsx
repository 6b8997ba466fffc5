import { useEffect, useId, useRef } from 'react';
import type { ReactNode, SyntheticEvent } from 'react';

import { IconButton } from './button.tsx';
import { classNames } from './class-names.ts';

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  /** In the middle of the page, or as a panel at its right edge, for details. */
  readonly placement?: 'middle' | 'side';
  readonly children: ReactNode;
}

const placements = {
  middle: 'm-auto w-[min(32rem,calc(100vw-2rem))] max-h-[calc(100dvh-2rem)] rounded-xl',
  side: 'ml-auto h-dvh max-h-dvh w-[min(30rem,100vw)] max-w-none border-l border-line',
};

/**
 * A modal dialog, open for as long as it is rendered. The browser keeps the focus in it, closes it with Escape, and
 * gives the focus back.
 */
export function Dialog({ title, onClose, placement = 'middle', children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const { current } = dialog;
    current?.showModal();
    return () => current?.close();
  }, []);
  const cancel = (event: SyntheticEvent) => {
    event.preventDefault();
    onClose();
  };
  const closeFromOutside = ({ target, currentTarget }: SyntheticEvent) => {
    if (target === currentTarget) onClose();
  };
  return (
    <dialog
      ref={dialog}
      aria-labelledby={titleId}
      onCancel={cancel}
      onMouseDown={closeFromOutside}
      className={classNames('animate-appear bg-raised text-ink shadow-pop', placements[placement])}
    >
      <div className="grid max-h-[inherit] min-h-full grid-rows-[auto_1fr]">
        <header className="flex items-start justify-between gap-4 px-5 pt-4 pb-3">
          <h2 id={titleId} className="min-w-0 text-base font-semibold [overflow-wrap:anywhere]">
            {title}
          </h2>
          <IconButton icon="close" label="Close" onClick={onClose} />
        </header>
        <div className="min-h-0 overflow-y-auto px-5 pb-5">{children}</div>
      </div>
    </dialog>
  );
}

/** The row of buttons that ends a dialog. */
export function DialogActions({ children }: { readonly children: ReactNode }) {
  return <div className="mt-6 flex justify-end gap-2">{children}</div>;
}
