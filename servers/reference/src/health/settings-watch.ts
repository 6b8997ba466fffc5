import { findCapacityDifferences, seedCapacity } from '@holdfast/engine';
import type { Service, SettingDifference } from '@holdfast/engine';

import { capacityVariables } from '../config/capacity-variables.ts';
import type { Logger } from '../log/logger.ts';
import { StartError } from '../start-error.ts';

/** How long the result is cached, so that probes don't load the store, in milliseconds. */
const maxAgeMs = 1_000;

export interface SettingsWatchOptions {
  readonly service: Service;
  readonly logger: Pick<Logger, 'warn'>;
  elapsedMs(): number;
}

/**
 * Seeds a fresh store with the settings of capacity that this process was started with. They are the store's from then
 * on, and the same for all processes; one that was started with others says so.
 */
export class SettingsWatch {
  readonly #options: SettingsWatchOptions;
  #differences: readonly SettingDifference[] = [];
  #foundAtMs = 0;
  #isLooking = false;

  constructor(options: SettingsWatchOptions) {
    this.#options = options;
  }

  /** @throws {@link StartError} if what is booked could then cost more than an exact number. */
  async begin(): Promise<void> {
    const { service, logger } = this.#options;
    const unsafe = await seedCapacity(service);
    if (unsafe !== undefined) {
      const variables = unsafe.settings.map((setting) => capacityVariables[setting].variable);
      throw new StartError(`With what the store has, ${variables.join(', ')} must not ${unsafe.words}.`);
    }
    await this.#look();
    for (const difference of this.#differences) logger.warn(explain(difference));
  }

  /** Which variables differ from the store, in words anybody may read: the values are only logged. */
  note(): string | undefined {
    if (!this.#isLooking && this.#options.elapsedMs() - this.#foundAtMs >= maxAgeMs) {
      // The next call tries again; readiness itself reports whether the store can be reached.
      this.#look().catch(() => undefined);
    }
    if (this.#differences.length === 0) return undefined;
    const names = new Set(this.#differences.map(({ setting }) => capacityVariables[setting].variable));
    return `the store has other settings than ${[...names].join(', ')}, and they count; the log of the start has both`;
  }

  async #look(): Promise<void> {
    const { service, elapsedMs } = this.#options;
    this.#isLooking = true;
    try {
      this.#differences = await findCapacityDifferences(service);
      this.#foundAtMs = elapsedMs();
    } finally {
      this.#isLooking = false;
    }
  }
}

function explain({ setting, own, stored: { live, test } }: SettingDifference): string {
  const { variable, member } = capacityVariables[setting];
  const stored = live === test ? live : `${live} (live) and ${test} (test)`;
  return (
    `${variable} is ${own} here, but the store has ${stored}, which counts: the variable only seeds a fresh store.` +
    ` An admin's PUT /v1/admin/capacity {"${member}":${own}} changes it.`
  );
}
