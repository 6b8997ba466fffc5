import type { ReadOperation } from '../../operation.ts';
import { accessPartition } from '../../partitions.ts';
import { accepted, isRefused } from '../../shared/outcomes.ts';
import { findPage } from '../../shared/page-input.ts';
import type { AccessContext } from '../context.ts';
import { findPlace } from '../place-input.ts';
import { memberKind } from './records.ts';
import { hasLapsed, PeopleView } from './state.ts';
import { toPerson } from './wire.ts';

export const listPeople: ReadOperation<'listPeople', AccessContext> = (caller, { query }, context) => {
  const place = findPlace(caller, query);
  if (isRefused(place)) return place;
  const { tenantId, environment } = place;
  const page = findPage(['people', tenantId, environment], query, context);
  if (isRefused(page)) return page;
  const range = { kind: memberKind, partition: accessPartition, index: 'tenant', equals: [tenantId] };
  return {
    partitions: [],
    reads: [],
    run(records, nowMs) {
      const view = new PeopleView(records);
      const rows = page.read(records, range, ({ value }) => (hasLapsed(value, nowMs) ? undefined : value));
      const data: ReturnType<typeof toPerson>[] = [];
      records.forEach(rows.data, (member) => {
        data.push(toPerson(view.known(member)));
      });
      return accepted({ ...rows, data });
    },
  };
};
