import type { CreditSettings } from '@holdfast/sdk';

/** What becomes of usage that costs more than there is. */
export const policyNames: Readonly<Record<CreditSettings['overage_policy'], string>> = {
  block: 'is refused',
  allow: 'is let go',
  notify: 'is let go, with an event',
};
