import { usePlace } from '../../session/place-context.ts';
import { Page } from '../../ui/page.tsx';
import { LimitsCard } from './limits-card.tsx';

/** What goes on in the place just now. */
export function View() {
  const { tenantName } = usePlace();
  return (
    <Page title="Overview" description={`What ${tenantName} holds, spends and books, live`}>
      <LimitsCard />
    </Page>
  );
}
