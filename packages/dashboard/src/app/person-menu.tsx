import { useState } from 'react';

import { signOut } from '../session/session-api.ts';
import { useSession } from '../session/session-context.ts';
import { Icon } from '../ui/icon.tsx';
import { Menu, MenuChoices, MenuGroup, MenuItem } from '../ui/menu.tsx';
import { toast } from '../ui/toast.tsx';
import { keepTheme, readTheme } from './theme.ts';
import type { Theme } from './theme.ts';

const themeOptions = [
  { value: 'system', label: 'As the system', icon: 'system' },
  { value: 'light', label: 'Light', icon: 'sun' },
  { value: 'dark', label: 'Dark', icon: 'moon' },
] as const;

/** Who is signed in, how the page looks, and the ways out. */
export function PersonMenu() {
  const { person } = useSession().session;
  const [theme, setTheme] = useState<Theme>(readTheme);
  const changeTheme = (next: Theme) => {
    keepTheme(next);
    setTheme(next);
  };
  const trigger = (
    <button
      type="button"
      className="mt-4 flex w-full items-center gap-2.5 rounded-md p-2 text-left transition-colors hover:bg-hover"
    >
      <span
        aria-hidden="true"
        className="grid size-7 shrink-0 place-content-center rounded-full bg-hover text-xs font-semibold text-muted"
      >
        {person.name.charAt(0).toUpperCase()}
      </span>
      <span className="min-w-0 flex-1">
        <span className="block truncate text-sm font-medium">{person.name}</span>
        <span className="block truncate text-xs text-muted">{person.email}</span>
      </span>
      <Icon name="more" className="size-4 text-muted" />
    </button>
  );
  return (
    <Menu trigger={trigger}>
      <MenuChoices label="Theme" options={themeOptions} value={theme} onChange={changeTheme} />
      <MenuGroup label="Session">
        <MenuItem icon="signOut" onSelect={() => void leave(false)}>
          Sign out
        </MenuItem>
        <MenuItem icon="signOut" onSelect={() => void leave(true)}>
          Sign out everywhere
        </MenuItem>
      </MenuGroup>
    </Menu>
  );
}

async function leave(everywhere: boolean): Promise<void> {
  try {
    await signOut(everywhere);
    // A new page knows nothing of what this one has loaded.
    location.assign('/dashboard');
  } catch {
    toast({ tone: 'negative', title: 'You are still signed in: the server can’t be reached.' });
  }
}
