import type { Tally } from './tally.ts';

/**
 * One client with one thing under way at a time: does one unit of work, reports it to the tally, and resolves to
 * whether there is more to do. A load that only time ends always resolves to true.
 */
export type Caller = (tally: Tally) => Promise<boolean>;

/** What a load process runs: callers side by side, on connections of their own. */
export interface Driver {
  readonly callers: readonly Caller[];
  close(): void | Promise<void>;
}

/** What a driver's module exports. The options come from another process, so they are plain JSON. */
export interface DriverModule<Options> {
  openDriver(options: Options): Promise<Driver>;
}

/** How long a sample takes. Without `measureMs` it ends when no caller has anything left to do. */
export interface SamplePlan {
  readonly warmUpMs: number;
  readonly measureMs?: number | undefined;
}
