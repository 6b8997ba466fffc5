import type { AnchorHTMLAttributes, ButtonHTMLAttributes } from 'react';

import { classNames } from './class-names.ts';
import { Icon } from './icon.tsx';
import type { IconName } from './icon.tsx';

type Variant = 'primary' | 'secondary' | 'ghost' | 'danger';

interface ButtonStyle {
  /** `secondary` unless told. One `primary` a page or dialog is enough. */
  readonly variant?: Variant;
  readonly icon?: IconName;
  /** As wide as what it is in. */
  readonly isWide?: boolean;
}

const styles: Readonly<Record<Variant, string>> = {
  primary: 'bg-accent text-on-accent shadow-card hover:bg-accent-hover',
  secondary: 'border border-line-strong bg-surface text-ink shadow-card hover:bg-hover',
  ghost: 'text-muted hover:bg-hover hover:text-ink',
  danger: 'bg-danger text-on-accent shadow-card hover:bg-danger-hover',
};

function styleOf({ variant = 'secondary', isWide = false }: ButtonStyle): string {
  return classNames(
    'inline-flex h-8 items-center justify-center gap-1.5 rounded-md px-3 text-sm font-medium whitespace-nowrap',
    'transition-colors select-none disabled:pointer-events-none disabled:opacity-50',
    styles[variant],
    isWide && 'w-full',
  );
}

interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'className'>, ButtonStyle {
  /** Whether what it began goes on: it can't be pressed meanwhile. */
  readonly isBusy?: boolean;
}

export function Button({ variant, icon, isWide, isBusy = false, children, type = 'button', ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      disabled={rest.disabled || isBusy}
      aria-busy={isBusy}
      className={styleOf({ ...(variant && { variant }), ...(isWide && { isWide }) })}
    >
      {icon && <Icon name={icon} className="-ml-0.5 size-4" />}
      {children}
    </button>
  );
}

interface ButtonLinkProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'className'>, ButtonStyle {
  readonly href: string;
}

/** A link that leaves the dashboard and looks like a button. */
export function ButtonLink({ variant, icon, isWide, children, ...rest }: ButtonLinkProps) {
  return (
    <a {...rest} className={styleOf({ ...(variant && { variant }), ...(isWide && { isWide }) })}>
      {icon && <Icon name={icon} className="-ml-0.5 size-4" />}
      {children}
    </a>
  );
}

interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'className' | 'children'> {
  readonly icon: IconName;
  /** What it does, for those who don't see the picture, and as its tooltip. */
  readonly label: string;
}

export function IconButton({ icon, label, type = 'button', ...rest }: IconButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      aria-label={label}
      title={label}
      className="inline-grid size-7 shrink-0 place-content-center rounded-md text-muted transition-colors hover:bg-hover hover:text-ink disabled:opacity-50"
    >
      <Icon name={icon} className="size-4" />
    </button>
  );
}
