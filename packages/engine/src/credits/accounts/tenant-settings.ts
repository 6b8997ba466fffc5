import type { Changes, Records } from '../../kernel/record-access.ts';
import { creditSettingsKind, defaultSettings, settingsId } from '../records.ts';
import type { CreditSettings } from '../records.ts';

export function readCreditSettings(records: Records, tenantPartition: string): CreditSettings {
  // Those of earlier versions lack what was added since.
  return { ...defaultSettings, ...records.get(creditSettingsKind, tenantPartition, settingsId) };
}

/** Changes the settings of all of a tenant's customers, from now on. */
export function updateCreditSettings(
  changes: Changes,
  tenantPartition: string,
  change: Partial<CreditSettings>,
): CreditSettings {
  const settings = { ...readCreditSettings(changes, tenantPartition), ...change };
  changes.put(creditSettingsKind, tenantPartition, settingsId, settings);
  return settings;
}
