import type { Command, Query } from '../kernel/command.ts';
import { recordKey } from '../kernel/record-access.ts';
import type { Range, Records, Row } from '../kernel/record-access.ts';
import { platformPartition } from '../partitions.ts';
import { findUnsafeSums } from './amounts.ts';
import type { UnsafeSum } from './amounts.ts';
import {
  findSettings,
  keepSettings,
  mostOf,
  ratesToCome,
  readSettings,
  seededWith,
  settingsKeyOf,
} from './platform-settings.ts';
import { limitKind } from './records.ts';
import type { CapacityServiceSettings } from './settings.ts';
import { limitIds, platformDaysOf } from './state.ts';

const environments = ['live', 'test'] as const;

const partitions = environments.map(platformPartition);

const settingNames = [
  'platformCapacityGb',
  'orgCapGb',
  'reservedMicrosPerGbHour',
  'onDemandMicrosPerGbHour',
] as const satisfies readonly (keyof CapacityServiceSettings)[];

const rowsPerRead = 1_000;

/** A setting of a process that differs from the store's. */
export interface SettingDifference {
  readonly setting: keyof CapacityServiceSettings;
  /** What the process was started with. */
  readonly own: number;
  /** What the store has, which counts. */
  readonly stored: Readonly<Record<(typeof environments)[number], number>>;
}

/**
 * Seeds platforms without settings, all in one commit: of processes that start together, the first one's settings
 * count. Writes nothing and returns the sum if what is booked, or could be, would cost more than an exact number.
 */
export function seedCommand(seed: CapacityServiceSettings): Command<UnsafeSum | undefined> {
  return {
    partitions,
    reads: partitions.map(settingsKeyOf),
    run(changes) {
      const seeded = partitions
        .filter((partition) => findSettings(changes, partition) === undefined)
        .map((partition) => ({ partition, most: mostOf(seed, mostUntilNow(changes, partition)) }));
      const [unsafe] = seeded.flatMap(({ most }) => findUnsafeSums(most));
      if (unsafe !== undefined) return unsafe;
      for (const { partition, most } of seeded) keepSettings(changes, partition, { ...seededWith(seed), most });
      return undefined;
    },
  };
}

/**
 * Finds settings of a process that the store neither has, in any environment, nor was seeded with: after `PUT
 * /v1/admin/capacity` processes need no new settings.
 */
export function findDifferencesQuery(own: CapacityServiceSettings): Query<readonly SettingDifference[]> {
  return {
    partitions,
    reads: partitions.flatMap((partition) => [
      settingsKeyOf(partition),
      ...[limitIds.platform, limitIds.orgs].map((id) => recordKey(limitKind, partition, id)),
    ]),
    run(records) {
      const { seed } = readSettings(records, platformPartition('live'), own);
      const live = readDefaults(records, platformPartition('live'), own);
      const test = readDefaults(records, platformPartition('test'), own);
      return settingNames
        .map((setting) => ({ setting, own: own[setting], stored: { live: live[setting], test: test[setting] } }))
        .filter(({ setting, stored }) => ![stored.live, stored.test, seed[setting]].includes(own[setting]));
    },
  };
}

/** The defaults, where nothing is set for a tenant or a time. */
function readDefaults(records: Records, partition: string, own: CapacityServiceSettings): CapacityServiceSettings {
  const settings = readSettings(records, partition, own);
  const limit = (id: string) => records.get(limitKind, partition, id)?.gb;
  return {
    platformCapacityGb: limit(limitIds.platform) ?? settings.seed.platformCapacityGb,
    orgCapGb: limit(limitIds.orgs) ?? settings.seed.orgCapGb,
    ...ratesToCome(settings),
  };
}

/** The highest that limits were, as far as limits and bookings tell. */
function mostUntilNow(records: Records, partition: string): Partial<CapacityServiceSettings> {
  let [platformCapacityGb, orgCapGb] = [0, 0];
  for (const { id, value } of everyRow(records, { kind: limitKind, partition })) {
    const mostGb = Math.max(value.gb ?? 0, ...value.ranges.map(({ gb }) => gb));
    if (id === limitIds.platform) platformCapacityGb = Math.max(platformCapacityGb, mostGb);
    else orgCapGb = Math.max(orgCapGb, mostGb);
  }
  for (const { value } of everyRow(records, platformDaysOf(partition))) {
    const bookedGb = Math.max(...value.reservedGb);
    [platformCapacityGb, orgCapGb] = [Math.max(platformCapacityGb, bookedGb), Math.max(orgCapGb, bookedGb)];
  }
  return { platformCapacityGb, orgCapGb };
}

/** Rows of a range that is ordered by id. */
function* everyRow<Value>(records: Records, range: Omit<Range<Value>, 'limit'>): Iterable<Row<Value>> {
  let rows: readonly Row<Value>[] = [];
  do {
    const after = rows.at(-1)?.id;
    rows = records.range({ ...range, limit: rowsPerRead, ...(after !== undefined && { after: [after] }) });
    yield* rows;
  } while (rows.length === rowsPerRead);
}
