import { useState } from 'react';

import { useFilters } from '../../app/use-filters.ts';
import { useScope } from '../../session/place-context.ts';
import { Button } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { CustomerDialog } from './customer-dialog.tsx';
import { CustomerList } from './customer-list.tsx';
import { creditsFilters } from './filters.ts';
import { MetricDialog } from './metric-dialog.tsx';
import { MetricsPanel } from './metrics-panel.tsx';

const tabs = [
  { value: 'customers', label: 'Customers' },
  { value: 'prices', label: 'Metrics and prices' },
] as const;

type TabName = (typeof tabs)[number]['value'];

/** Who has credits, and what they pay for. */
export function View() {
  const [filters, setFilters] = useFilters(creditsFilters);
  const [isCreating, setIsCreating] = useState(false);
  const mayWrite = useScope('credits:write');
  const tab: TabName = filters.tab === 'prices' ? 'prices' : 'customers';
  const close = () => setIsCreating(false);
  return (
    <Page
      title="Credits"
      description="What customers have, what is held for them, and what their use costs."
      actions={
        mayWrite && (
          <Button variant="primary" icon="add" onClick={() => setIsCreating(true)}>
            {tab === 'prices' ? 'New metric' : 'New customer'}
          </Button>
        )
      }
    >
      <Tabs label="Credits" tabs={tabs} value={tab} onChange={(next) => setFilters({ tab: next })}>
        {tab === 'prices' ? <MetricsPanel /> : <CustomerList />}
      </Tabs>
      {isCreating && (tab === 'prices' ? <MetricDialog onClose={close} /> : <CustomerDialog onClose={close} />)}
    </Page>
  );
}
