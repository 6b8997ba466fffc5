/** What the address of the list says: which tab is open, and the metric that is looked at. */
export const creditsFilters = { tab: 'customers', metric: '' };

/** What the address of a customer says: which holds, which type of ledger entry, and the entry that is open. */
export const customerFilters = { holds: 'active', type: 'all', entry: '' };
