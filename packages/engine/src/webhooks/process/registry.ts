import { webhookRegistryPartition } from '../../partitions.ts';
import type { RecordValue, Store, StoredRecord } from '../../store.ts';
import { registrationKind } from '../records.ts';
import type { Registration } from '../records.ts';

const rowsPerRead = 512;

/** Which endpoints events are sent to. It is read anew when it has changed. */
export class EndpointRegistry {
  readonly #store: Pick<Store, 'read'>;
  #version: number | undefined;

  constructor(store: Pick<Store, 'read'>) {
    this.#store = store;
  }

  /** All that there are; undefined: nothing has changed since the last time. */
  async refresh(): Promise<readonly Registration[] | undefined> {
    const { heads } = await this.#store.read({ heads: [webhookRegistryPartition] });
    const version = heads[0]?.version ?? 0;
    if (version === this.#version) return undefined;
    const registrations = await this.#readAll();
    this.#version = version; // Before the rows: what has changed meanwhile is read the next time.
    return registrations;
  }

  async #readAll(): Promise<readonly Registration[]> {
    const all: Registration[] = [];
    let rows: readonly StoredRecord[] = [];
    do {
      const after = rows.length === 0 ? {} : { after: [rows.at(-1)?.id ?? ''] };
      const range = { kind: registrationKind, partition: webhookRegistryPartition, limit: rowsPerRead, ...after };
      rows = (await this.#store.read({ ranges: [range] })).ranges[0] ?? [];
      all.push(...rows.map(({ value }) => value as RecordValue & Registration));
    } while (rows.length === rowsPerRead);
    return all;
  }
}
