import { useNavigate, useRouterState } from '@tanstack/react-router';

import { usePlace } from '../session/place-context.ts';
import type { Environment } from '../session/session-api.ts';
import { useSession } from '../session/session-context.ts';
import { Icon } from '../ui/icon.tsx';
import { Menu, MenuChoices } from '../ui/menu.tsx';
import { Segmented } from '../ui/segmented.tsx';

const environmentOptions = [
  { value: 'live', label: 'Live' },
  { value: 'test', label: 'Test' },
] as const;

/** Where the reader is, and the way to other places. The view stays the same. */
export function PlaceSwitch() {
  const { tenantId, environment } = usePlace();
  const navigate = useNavigate();
  const view = useRouterState({ select: ({ location }) => location.pathname.split('/')[3] ?? 'overview' });
  const go = (tenant: string, next: Environment) =>
    void navigate({ to: `/${encodeURIComponent(tenant)}/${next}/${view}` });
  return (
    <div className="grid gap-2">
      <TenantMenu onChange={(tenant) => go(tenant, environment)} />
      <div className="grid [&_fieldset]:grid [&_fieldset]:grid-cols-2 [&_label]:justify-center">
        <Segmented
          label="Environment"
          options={environmentOptions}
          value={environment}
          onChange={(next) => go(tenantId, next)}
        />
      </div>
    </div>
  );
}

function TenantMenu({ onChange }: { readonly onChange: (tenantId: string) => void }) {
  const { tenantId, tenantName } = usePlace();
  const { memberships } = useSession().session;
  const options = memberships.map((membership) => ({ value: membership.tenantId, label: membership.tenantName }));
  const trigger = (
    <button
      type="button"
      className="flex h-9 w-full items-center gap-2 rounded-md border border-line bg-surface px-2 text-left text-sm font-medium shadow-card transition-colors hover:bg-hover"
    >
      <span
        aria-hidden="true"
        className="grid size-5 place-content-center rounded bg-accent-soft text-xs font-semibold text-accent-text"
      >
        {tenantName.charAt(0).toUpperCase()}
      </span>
      <span className="min-w-0 flex-1 truncate">{tenantName}</span>
      <Icon name="chevronDown" className="size-4 text-muted" />
    </button>
  );
  return (
    <Menu trigger={trigger}>
      <MenuChoices label="Tenants" options={options} value={tenantId} onChange={onChange} />
    </Menu>
  );
}
