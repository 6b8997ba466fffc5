import { Menu as Base } from '@base-ui/react/menu';
import { useState } from 'react';
import type { ReactElement, ReactNode } from 'react';

import { Icon } from './icon.tsx';
import type { IconName } from './icon.tsx';

interface MenuProps {
  /** The button that opens it. */
  readonly trigger: ReactElement;
  /** Of `MenuItem`, `MenuChoice` and `MenuGroup`. */
  readonly children: ReactNode;
}

const itemStyle =
  'flex min-h-8 w-full cursor-pointer items-center gap-2.5 rounded-md px-2 py-1 text-left text-sm outline-none select-none data-highlighted:bg-hover';

/** What can be done or chosen, behind a button. */
export function Menu({ trigger, children }: MenuProps) {
  // In the landmark that the button is in, rather than outside of all.
  const [container, setContainer] = useState<HTMLElement | null>(null);
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <span ref={setContainer} className="contents" />
      <Base.Portal container={container}>
        <Base.Positioner positionMethod="fixed" sideOffset={6} align="start" className="z-40 outline-none">
          <Base.Popup className="max-h-(--available-height) min-w-52 animate-appear overflow-y-auto rounded-lg bg-raised p-1 text-ink shadow-pop outline-none">
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

export function MenuGroup({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <Base.Group className="not-first:mt-1 not-first:border-t not-first:border-line not-first:pt-1">
      <Base.GroupLabel className="px-2 py-1 text-xs font-medium text-faint">{label}</Base.GroupLabel>
      {children}
    </Base.Group>
  );
}

interface MenuItemProps {
  readonly icon?: IconName;
  readonly onSelect: () => void;
  readonly children: ReactNode;
}

export function MenuItem({ icon, onSelect, children }: MenuItemProps) {
  return (
    <Base.Item onClick={onSelect} className={itemStyle}>
      {icon && <Icon name={icon} className="size-4 text-muted" />}
      {children}
    </Base.Item>
  );
}

interface MenuChoicesProps<Value extends string> {
  readonly label: string;
  readonly options: readonly { readonly value: Value; readonly label: ReactNode; readonly icon?: IconName }[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
}

/** One of several, with a mark at the one that holds. */
export function MenuChoices<Value extends string>({ label, options, value, onChange }: MenuChoicesProps<Value>) {
  return (
    <MenuGroup label={label}>
      <Base.RadioGroup value={value} onValueChange={onChange}>
        {options.map((option) => (
          <Base.RadioItem key={option.value} value={option.value} closeOnClick className={itemStyle}>
            {option.icon && <Icon name={option.icon} className="size-4 text-muted" />}
            <span className="min-w-0 flex-1 truncate">{option.label}</span>
            <Base.RadioItemIndicator>
              <Icon name="check" className="size-4 text-accent-text" />
            </Base.RadioItemIndicator>
          </Base.RadioItem>
        ))}
      </Base.RadioGroup>
    </MenuGroup>
  );
}
