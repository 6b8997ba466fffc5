import type { Exchange, Request } from './recording.ts';

/** Something of every kind of record that a family keeps, in every state that it can be in. */
export interface CarriedOverFamily {
  write(tools: WriteTools): Promise<void>;
  /** Everything that can be asked of what was written. */
  readsAfter(writes: readonly Exchange[], writtenAtMs: number): readonly Request[];
}

export interface WriteTools {
  /** Sends a write, and resolves to its answer. */
  write(request: Omit<Request, 'idempotencyKey'>): Promise<unknown>;
  now(): number;
  advance(milliseconds: number): void;
}

export function readsOf(apiKey: Request['apiKey'], paths: readonly string[]): readonly Request[] {
  return paths.map((path) => ({ apiKey, method: 'GET', path }));
}

/** The addresses of what `live` made by writes to a path: below it, by one of the members that an id may be in. */
export function addressesOfMade(writes: readonly Exchange[], path: string): readonly string[] {
  const answers = writes
    .filter((each) => each.path === path && each.apiKey === 'live')
    .map(({ answer }) => answer ?? {});
  const ids = (answers as readonly Made[]).map((made) => made.reservation_id ?? made.reservationId ?? made.id);
  return [...new Set(ids.flatMap((id) => (id ? `${path}/${id}` : [])))];
}

interface Made {
  readonly reservation_id?: string;
  readonly reservationId?: string;
  readonly id?: string;
}
