import { useFilters } from '../../app/use-filters.ts';
import { useScope } from '../../session/place-context.ts';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Health } from './health.tsx';
import { PlatformCapacity } from './platform-capacity.tsx';
import { Tenants } from './tenants.tsx';
import { Tiers } from './tiers.tsx';

const tabs = [
  { value: 'tenants', label: 'Tenants' },
  { value: 'tiers', label: 'Tiers' },
  { value: 'capacity', label: 'Platform capacity' },
  { value: 'health', label: 'Health' },
] as const;

/** What whoever runs the server looks after. */
export function View() {
  const isOperator = useScope('platform:admin');
  const [{ tab: given }, setFilters] = useFilters({ tab: 'tenants' });
  const tab = tabs.find(({ value }) => value === given)?.value ?? 'tenants';
  return (
    <Page title="Server" description="All tenants, what their tiers allow, what the platform has, and how it is.">
      {isOperator ? (
        <Tabs label="Server" tabs={tabs} value={tab} onChange={(value) => setFilters({ tab: value })}>
          <div className="grid gap-4">
            {tab === 'tenants' && <Tenants />}
            {tab === 'tiers' && <Tiers />}
            {tab === 'capacity' && <PlatformCapacity />}
            {tab === 'health' && <Health />}
          </div>
        </Tabs>
      ) : (
        <Notice tone="neutral">Only operators of this server see this.</Notice>
      )}
    </Page>
  );
}
