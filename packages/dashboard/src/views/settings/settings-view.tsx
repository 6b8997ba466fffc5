import { Page } from '../../ui/page.tsx';
import { CreditSettingsCard } from './credit-settings-card.tsx';
import { JwtIssuerCard } from './jwt-issuer-card.tsx';
import { TenantCard } from './tenant-card.tsx';

export function View() {
  return (
    <Page title="Settings" description="Of this tenant, and of what is decided for it.">
      <TenantCard />
      <CreditSettingsCard />
      <JwtIssuerCard />
    </Page>
  );
}
