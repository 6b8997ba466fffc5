import { recordKey } from '../../kernel/record-access.ts';
import type { ReadOperation } from '../../operation.ts';
import { accessPartition } from '../../partitions.ts';
import { accepted, isRefused } from '../../shared/outcomes.ts';
import { findPage } from '../../shared/page-input.ts';
import type { AccessContext } from '../context.ts';
import { findPlace } from '../place-input.ts';
import { apiKeyKind } from '../records.ts';
import { AccessView } from '../state.ts';
import { toApiKey } from '../wire.ts';
import { findApiKey } from './rules.ts';

export const getApiKey: ReadOperation<'getApiKey', AccessContext> = (caller, { path: { api_key_id: id } }) => ({
  partitions: [],
  reads: [recordKey(apiKeyKind, accessPartition, id)],
  run(records, nowMs) {
    const view = new AccessView(records);
    const apiKey = findApiKey(view, caller, id);
    return isRefused(apiKey) ? apiKey : accepted(toApiKey({ id, apiKey }, view.lastUseOf(id), nowMs));
  },
});

export const listApiKeys: ReadOperation<'listApiKeys', AccessContext> = (caller, { query }, context) => {
  const place = findPlace(caller, query);
  if (isRefused(place)) return place;
  const equals = [place.tenantId, place.environment];
  const page = findPage(['api-keys', ...equals], query, context);
  if (isRefused(page)) return page;
  const range = { kind: apiKeyKind, partition: accessPartition, index: 'place', equals };
  return {
    partitions: [],
    reads: [],
    run(records, nowMs) {
      const view = new AccessView(records);
      const rows = page.read(records, range, (row) => row);
      const data: ReturnType<typeof toApiKey>[] = [];
      records.forEach(rows.data, ({ id, value }) => {
        data.push(toApiKey({ id, apiKey: value }, view.lastUseOf(id), nowMs));
      });
      return accepted({ ...rows, data });
    },
  };
};
