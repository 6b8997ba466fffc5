import { useId } from 'react';
import type { InputHTMLAttributes, ReactNode, SelectHTMLAttributes, TextareaHTMLAttributes } from 'react';

import { classNames } from './class-names.ts';
import { Icon } from './icon.tsx';

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  /** What is wrong with the value, and how it would be right. */
  readonly error?: string | undefined;
  /** Whether the label is for assistive technology alone, as in a bar of filters. */
  readonly isLabelHidden?: boolean;
}

const control = classNames(
  'w-full rounded-md border bg-surface px-2.5 text-sm text-ink shadow-card transition-colors',
  'placeholder:text-faint disabled:opacity-50',
  'focus-visible:border-accent-text focus-visible:outline-offset-0',
);

function borderOf(error: string | undefined): string {
  return error === undefined ? 'border-field-line' : 'border-negative';
}

interface LabelledProps extends FieldProps {
  readonly id: string;
  readonly children: ReactNode;
}

function Labelled({ id, label, hint, error, isLabelHidden = false, children }: LabelledProps) {
  return (
    <div className="min-w-0">
      <label htmlFor={id} className={isLabelHidden ? 'sr-only' : 'mb-1.5 block text-sm font-medium'}>
        {label}
      </label>
      {children}
      {error !== undefined && (
        <p id={`${id}-error`} role="alert" className="mt-1.5 text-xs text-negative">
          {error}
        </p>
      )}
      {hint !== undefined && error === undefined && (
        <p id={`${id}-hint`} className="mt-1.5 text-xs text-muted">
          {hint}
        </p>
      )}
    </div>
  );
}

function describedBy(id: string, { hint, error }: Pick<FieldProps, 'hint' | 'error'>): string | undefined {
  if (error !== undefined) return `${id}-error`;
  return hint === undefined ? undefined : `${id}-hint`;
}

/** A line of text, a number or a time, with its label. */
export function Field({
  label,
  hint,
  error,
  isLabelHidden,
  ...rest
}: FieldProps & Omit<InputHTMLAttributes<HTMLInputElement>, 'className' | 'id'>) {
  const id = useId();
  const field = { label, hint, error, ...(isLabelHidden && { isLabelHidden }) };
  return (
    <Labelled id={id} {...field}>
      <input
        autoComplete="off"
        {...rest}
        id={id}
        aria-invalid={error !== undefined}
        aria-describedby={describedBy(id, field)}
        className={classNames(control, 'h-8', borderOf(error))}
      />
    </Labelled>
  );
}

/** Several lines of text, with their label. */
export function TextArea({
  label,
  hint,
  error,
  ...rest
}: FieldProps & Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'className' | 'id'>) {
  const id = useId();
  return (
    <Labelled id={id} label={label} hint={hint} error={error}>
      <textarea
        rows={3}
        {...rest}
        id={id}
        aria-invalid={error !== undefined}
        aria-describedby={describedBy(id, { hint, error })}
        className={classNames(control, 'py-1.5', borderOf(error))}
      />
    </Labelled>
  );
}

interface Option<Value extends string> {
  readonly value: Value;
  readonly label: string;
}

interface SelectProps<Value extends string>
  extends FieldProps, Omit<SelectHTMLAttributes<HTMLSelectElement>, 'className' | 'id' | 'value' | 'onChange'> {
  readonly options: readonly Option<Value>[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
}

/** One of a few. It is the browser's own, which phones and keyboards know best. */
export function Select<Value extends string>({
  label,
  hint,
  error,
  isLabelHidden,
  options,
  onChange,
  ...rest
}: SelectProps<Value>) {
  const id = useId();
  const field = { label, hint, error, ...(isLabelHidden && { isLabelHidden }) };
  return (
    <Labelled id={id} {...field}>
      <div className="relative">
        <select
          {...rest}
          id={id}
          aria-describedby={describedBy(id, field)}
          onChange={({ target }) => onChange(target.value as Value)}
          className={classNames(control, 'h-8 appearance-none pr-8', borderOf(error))}
        >
          {options.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
        <Icon name="chevronDown" className="pointer-events-none absolute top-2 right-2 size-4 text-muted" />
      </div>
    </Labelled>
  );
}

/** A search box. */
export function SearchField({
  label,
  ...rest
}: Pick<FieldProps, 'label'> & Omit<InputHTMLAttributes<HTMLInputElement>, 'className' | 'type'>) {
  return (
    <div className="relative min-w-0">
      <Icon name="search" className="pointer-events-none absolute top-2 left-2.5 size-4 text-muted" />
      <input
        autoComplete="off"
        spellCheck={false}
        placeholder={label}
        {...rest}
        type="search"
        aria-label={label}
        className={classNames(control, 'h-8 border-field-line pl-8')}
      />
    </div>
  );
}
