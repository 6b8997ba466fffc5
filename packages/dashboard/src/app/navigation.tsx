import { includesScope, usePlace } from '../session/place-context.ts';
import { Icon } from '../ui/icon.tsx';
import { PlaceLink } from './place-link.tsx';
import { navigationGroups, views } from './views.ts';

/** Links to the views, in groups. */
export function Navigation() {
  const { scopes } = usePlace();
  const entries = views.flatMap(({ path, entry }) =>
    entry === undefined || (entry.scope && !includesScope(scopes, entry.scope)) ? [] : [{ ...entry, path }],
  );
  const groups = navigationGroups
    .map((name) => ({ name, entries: entries.filter(({ group }) => group === name) }))
    .filter((group) => group.entries.length > 0);
  return (
    <nav aria-label="Views" className="mt-4 grid flex-1 content-start gap-4">
      {groups.map(({ name, entries }) => (
        <div key={name}>
          <h2 className="mb-1 px-2 text-xs font-medium text-faint">{name}</h2>
          <ul className="grid gap-px">
            {entries.map(({ path, label, icon }) => (
              <li key={path}>
                <PlaceLink
                  to={path}
                  className="flex h-8 items-center gap-2.5 rounded-md px-2 text-sm font-medium text-muted transition-colors hover:bg-hover hover:text-ink aria-[current=page]:bg-accent-soft aria-[current=page]:text-accent-text"
                >
                  <Icon name={icon} className="size-4" />
                  {label}
                </PlaceLink>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}
