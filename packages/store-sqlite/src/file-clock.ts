import { SteadyClock } from '@holdfast/engine/store';
import type { MachineClock } from '@holdfast/engine/store';

import { clockChecksum } from './checksums.ts';
import type { Connection } from './connection.ts';
import { damaged } from './damage.ts';
import { clockTable, headsTable } from './table-names.ts';

/** How far the time that the file knows may lie behind, in milliseconds: so often a commit writes one row more. */
const keepEveryMs = 1_000;

/** A time that was Holdfast's, and when that was by a clock that nobody sets. */
interface KeptTime {
  readonly nowMs: number;
  readonly bootId: string | null;
  readonly elapsedMs: number;
}

type ClockRow = [nowMs: number, bootId: string | null, elapsedMs: number, checksum: number];

export interface FileClockOptions {
  readonly machine: MachineClock;
  /** Begin with the machine's time of day, if the file has seen no later one. */
  readonly takesSystemTime: boolean;
}

/**
 * Holdfast's time on one machine: it goes on from what the file has seen, so that what was taken before a restart
 * lapses neither earlier nor later for it, whatever the machine's time of day has been set to in the meantime.
 */
export class FileClock {
  readonly #connection: Connection;
  readonly #machine: MachineClock;
  readonly #clock: SteadyClock;
  /** The time that the file has. */
  #fileMs: number;
  /** Whether anybody goes by it; where time comes from elsewhere, that of commits is all there is to keep. */
  #isGoneBy = false;
  #kept: Pick<KeptTime, 'nowMs' | 'elapsedMs'> | undefined;

  constructor(connection: Connection, { machine, takesSystemTime }: FileClockOptions) {
    this.#connection = connection;
    this.#machine = machine;
    const kept = this.#read();
    this.#fileMs = kept?.nowMs ?? 0;
    const last = kept ?? { nowMs: this.#latestHead(), bootId: null, elapsedMs: 0 };
    const passedMs = machine.elapsedMs() - last.elapsedMs;
    // After another start of the machine, nobody can tell how long it was off but the time of day.
    const isSameBoot = machine.bootId !== undefined && last.bootId === machine.bootId && passedMs >= 0;
    const goesOn = isSameBoot && !takesSystemTime;
    this.#clock = new SteadyClock(machine, goesOn ? last.nowMs + passedMs : Math.max(last.nowMs, machine.systemMs()));
  }

  now(): number {
    this.#isGoneBy = true;
    return this.#clock.now();
  }

  /** Writes the time into the transaction of a commit that was decided at `decidedMs`, unless the file knows it well enough. */
  keep(decidedMs: number): void {
    const { bootId = null } = this.#machine;
    const ownMs = this.#isGoneBy ? this.#clock.now() : decidedMs;
    const nowMs = Math.max(decidedMs, ownMs, this.#fileMs);
    const elapsedMs = Math.floor(this.#machine.elapsedMs());
    const { nowMs: keptMs = 0, elapsedMs: keptAtMs = 0 } = this.#kept ?? {};
    if (this.#kept && nowMs - keptMs < keepEveryMs && elapsedMs - keptAtMs < keepEveryMs) return;
    this.#connection.run(
      `INSERT INTO ${clockTable} (only, now_ms, boot_id, elapsed_ms, checksum) VALUES (1, ?, ?, ?, ?)
        ON CONFLICT (only) DO UPDATE SET now_ms = excluded.now_ms, boot_id = excluded.boot_id,
          elapsed_ms = excluded.elapsed_ms, checksum = excluded.checksum`,
      nowMs,
      bootId,
      elapsedMs,
      clockChecksum(nowMs, bootId, elapsedMs),
    );
    this.#fileMs = nowMs;
    this.#kept = { nowMs, elapsedMs };
  }

  #read(): KeptTime | undefined {
    const sql = `SELECT now_ms, boot_id, elapsed_ms, checksum FROM ${clockTable}`;
    const row = this.#connection.statement(sql, () => sql).get() as unknown as ClockRow | undefined;
    if (row === undefined) return undefined;
    const [nowMs, bootId, elapsedMs, checksum] = row;
    if (clockChecksum(nowMs, bootId, elapsedMs) !== checksum) throw damaged('its time is not what was written');
    return { nowMs, bootId, elapsedMs };
  }

  /** For a file that was written before there was a clock in it. */
  #latestHead(): number {
    const sql = `SELECT max(now_ms) FROM ${headsTable}`;
    return (this.#connection.statement(sql, () => sql).get() as unknown as [number | null])[0] ?? 0;
  }
}
