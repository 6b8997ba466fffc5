import type { Changes, Records } from '../../kernel/record-access.ts';
import { limitWindowKind } from './records.ts';

/** A window of a policy, and where its record is. */
export interface WindowPlace {
  readonly partition: string;
  readonly id: string;
  /** Epoch milliseconds. */
  readonly endMs: number;
}

/** What a process asks for. */
export interface SliceRequest {
  readonly limit: number;
  /** The most that may be granted: the limit, or Infinity if it is only counted. */
  readonly cap: number;
  /** The part of the limit that one slice may be: 50 for a fiftieth. */
  readonly parts: number;
  /** How many units it could use at once. */
  readonly wanted: number;
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

/** Grants a slice of what is left in a window. */
export function takeSlice(changes: Changes, window: WindowPlace, request: SliceRequest): Slice {
  const granted = findGranted(changes, window);
  const units = sizeOfSlice(request, request.cap - granted);
  if (units > 0) keepGranted(changes, window, granted + units);
  return { units, granted: granted + units };
}

/** Takes units back that nobody has used. */
export function takeBack(changes: Changes, window: WindowPlace, units: number): void {
  const granted = findGranted(changes, window);
  if (granted > 0) keepGranted(changes, window, Math.max(0, granted - units));
}

export function findGranted(records: Records, { partition, id }: Pick<WindowPlace, 'partition' | 'id'>): number {
  return records.get(limitWindowKind, partition, id)?.granted ?? 0;
}

function sizeOfSlice({ limit, parts, wanted }: SliceRequest, left: number): number {
  if (left < 1) return 0;
  return Math.max(1, Math.floor(Math.min(limit / parts, left / partOfTheRest, wanted)));
}

function keepGranted(changes: Changes, { partition, id, endMs }: WindowPlace, granted: number): void {
  changes.put(limitWindowKind, partition, id, { granted, purgeAtMs: endMs + keptMs });
}
