import { SteadyClock } from '@holdfast/engine/store';
import type { MachineClock } from '@holdfast/engine/store';

import type { Connection } from './connection.ts';
import { soundHeads } from './integrity/check-file.ts';
import { clockChecksum } from './integrity/checksums.ts';
import { damaged } from './integrity/damage.ts';
import { clockTable } from './schema/tables.ts';

/** How old the time in the file may be, in milliseconds: this often a commit writes one row more. */
const keepEveryMs = 1_000;

/** Holdfast's time, with the monotonic clock at that moment. */
interface KeptTime {
  readonly nowMs: number;
  readonly bootId: string | null;
  readonly elapsedMs: number;
}

type ClockRow = [nowMs: number, bootId: string | null, elapsedMs: number, checksum: number];

export interface FileClockOptions {
  readonly machine: MachineClock;
  /** Start from the wall clock, unless the file has seen a later time. */
  readonly takesSystemTime: boolean;
}

/**
 * Holdfast's time on one machine: it continues from the file's, so that a TTL that spans a restart is neither shorter
 * nor longer, whatever the wall clock was set to meanwhile.
 */
export class FileClock {
  readonly #connection: Connection;
  readonly #machine: MachineClock;
  readonly #clock: SteadyClock;
  /** The time in the file. */
  #fileMs: number;
  /** Whether this clock is in use; with an injected one, only the times of commits are kept. */
  #isGoneBy = false;
  #kept: Pick<KeptTime, 'nowMs' | 'elapsedMs'> | undefined;

  constructor(connection: Connection, { machine, takesSystemTime }: FileClockOptions) {
    this.#connection = connection;
    this.#machine = machine;
    const kept = this.#read();
    this.#fileMs = kept?.nowMs ?? 0;
    const last = kept ?? { nowMs: this.#latestHead(), bootId: null, elapsedMs: 0 };
    const passedMs = machine.elapsedMs() - last.elapsedMs;
    // After a reboot only the wall clock tells how long the machine was off.
    const isSameBoot = machine.bootId !== undefined && last.bootId === machine.bootId && passedMs >= 0;
    const goesOn = isSameBoot && !takesSystemTime;
    this.#clock = new SteadyClock(machine, goesOn ? last.nowMs + passedMs : Math.max(last.nowMs, machine.systemMs()));
  }

  now(): number {
    this.#isGoneBy = true;
    return this.#clock.now();
  }

  /** Writes the time in the transaction of a commit decided at `decidedMs`, unless the file's is recent enough. */
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

  /** For a file from before it kept the time. */
  #latestHead(): number {
    let latestMs = 0;
    for (const { nowMs } of soundHeads(this.#connection.database)) latestMs = Math.max(latestMs, nowMs);
    return latestMs;
  }
}
