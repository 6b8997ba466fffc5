import type { Changes, Records } from '../../kernel/record-access.ts';
import { announceReached } from './announce-reached.ts';
import type { Asker } from './announce-reached.ts';
import type { WindowPlace } from './policies.ts';
import { limitWindowKind } from './records.ts';
import type { LimitWindowRecord } from './records.ts';

/** What a process asks for. */
export interface SliceRequest {
  readonly limit: number;
  /** The most that may be granted: the limit, or Infinity if it is only counted. */
  readonly cap: number;
  /** The part of the limit that one slice may be: 50 for a fiftieth. */
  readonly parts: number;
  /** How many units it could use at once. */
  readonly wanted: number;
  /** The request that waits for it; null for what is taken ahead. */
  readonly asker: Asker | null;
}

/** Units that a process may use in a window, without asking again. */
export interface Slice {
  readonly units: number;
  /** What has been granted in the window, to all processes, these units included. */
  readonly granted: number;
}

/** The last units are given out in small slices, so that no process has many of them while another has none. */
const partOfTheRest = 8;

/** How long a record outlives its window, in milliseconds: no clock is so far behind the database's. */
const keptMs = 60 * 60 * 1_000;

/** Grants a slice of what is left in a window, and announces the first request that finds nothing left. */
export function takeSlice(changes: Changes, window: WindowPlace, request: SliceRequest, nowMs: number): Slice {
  const { limit, cap, asker } = request;
  const { granted: before, reachedAnnounced } = findWindow(changes, window);
  const isReached = before >= limit;
  const isNews = isReached && asker !== null && !reachedAnnounced;
  // A limit that is only counted is passed by a request that waits, so that it is announced when it is.
  const mayPass = isReached && (isNews || reachedAnnounced);
  const units = sizeOfSlice(request, (mayPass ? cap : limit) - before);
  const granted = before + units;
  if (isNews) announceReached(changes, window, asker, nowMs);
  if (units > 0 || isNews) keepWindow(changes, window, { granted, reachedAnnounced: reachedAnnounced || isNews });
  return { units, granted };
}

/** Takes units back that nobody has used. */
export function takeBack(changes: Changes, window: WindowPlace, units: number): void {
  const { granted, reachedAnnounced } = findWindow(changes, window);
  if (granted > 0) keepWindow(changes, window, { granted: Math.max(0, granted - units), reachedAnnounced });
}

export function findGranted(records: Records, window: Pick<WindowPlace, 'partition' | 'id'>): number {
  return findWindow(records, window).granted;
}

type WindowState = Required<Omit<LimitWindowRecord, 'purgeAtMs'>>;

function findWindow(records: Records, { partition, id }: Pick<WindowPlace, 'partition' | 'id'>): WindowState {
  return { granted: 0, reachedAnnounced: false, ...records.get(limitWindowKind, partition, id) };
}

function sizeOfSlice({ limit, parts, wanted }: SliceRequest, left: number): number {
  if (left < 1) return 0;
  return Math.max(1, Math.floor(Math.min(limit / parts, left / partOfTheRest, wanted)));
}

function keepWindow(changes: Changes, { partition, id, endMs }: WindowPlace, state: WindowState): void {
  changes.put(limitWindowKind, partition, id, { ...state, purgeAtMs: endMs + keptMs });
}
