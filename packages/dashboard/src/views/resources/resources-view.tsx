import { useFilters } from '../../app/use-filters.ts';
import { SearchField } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { LockDetails } from './lock-details.tsx';
import { LockList } from './lock-list.tsx';
import { PoolGrid } from './pool-grid.tsx';
import { ResourceTree } from './resource-tree.tsx';

const usualFilters = { prefix: '', show: 'locks', lock: '' };

const waysToLook = [
  { value: 'locks', label: 'Locks', icon: 'list' },
  { value: 'pools', label: 'Pools', icon: 'pool' },
  { value: 'tree', label: 'Tree', icon: 'tree' },
] as const;

/** Who holds what, since when and until when. */
export function View() {
  const [{ prefix, show, lock }, setFilters] = useFilters(usualFilters);
  const way = waysToLook.find(({ value }) => value === show)?.value ?? 'locks';
  const open = (resource: string) => setFilters({ lock: resource });
  return (
    <Page title="Resources" description="Who holds what, since when and until when" isFilling>
      <div className="flex flex-wrap items-center gap-3">
        <div className="w-full sm:w-72">
          <SearchField
            label="Search by the beginning of a name"
            value={prefix}
            onChange={({ target }) => setFilters({ prefix: target.value })}
          />
        </div>
        <Segmented label="Look at" options={waysToLook} value={way} onChange={(next) => setFilters({ show: next })} />
      </div>
      {way === 'locks' && <LockList prefix={prefix} selected={lock} onOpen={open} />}
      {way === 'pools' && <PoolGrid prefix={prefix} onOpen={open} />}
      {way === 'tree' && <ResourceTree prefix={prefix} onOpen={open} />}
      {lock !== '' && <LockDetails resource={lock} onClose={() => setFilters({ lock: '' })} />}
    </Page>
  );
}
