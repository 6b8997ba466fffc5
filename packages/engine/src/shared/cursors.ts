import type { Environment } from '../environment.ts';
import type { IndexValue } from '../store.ts';
import { invalidRequest } from './outcomes.ts';
import type { Refused } from './outcomes.ts';
import { fromWireTime, toWireTime } from './times.ts';

/** Where a page ended: the position of its last row. */
export type Position = readonly IndexValue[];

const digestLength = 16;

/** Filters that are times. */
const timeNames: ReadonlySet<string> = new Set(['from', 'to']);

/**
 * Opaque cursors of one list. A cursor carries a digest of the list, its filters and the tenant, so that one that was
 * altered, or comes from another list or tenant, is refused.
 */
export class Cursors {
  readonly #environment: Environment;
  readonly #scope: string;

  /** @param scope - What must be the same on all pages; filters normalized by {@link meaningOf}. */
  constructor(environment: Environment, scope: readonly unknown[]) {
    this.#environment = environment;
    this.#scope = JSON.stringify(scope);
  }

  write(position: Position): string {
    const text = JSON.stringify(position);
    return `${toHex(text)}${this.#digest(text)}`;
  }

  /** The position that a cursor stands for; undefined for no cursor. */
  read(cursor: string | undefined): Position | Refused | undefined {
    if (cursor === undefined) return undefined;
    const text = fromHex(cursor.slice(0, -digestLength));
    if (text !== undefined && cursor.slice(-digestLength) === this.#digest(text)) return JSON.parse(text) as Position;
    return invalidRequest({
      field: 'query.cursor',
      rule: 'cursor',
      message: 'must be the nextCursor of an earlier page of this very list',
      value: cursor,
    });
  }

  #digest(text: string): string {
    return this.#environment.sha256(`${this.#scope}${text}`).slice(0, digestLength);
  }
}

/** Filters normalized: independent of their order, and of how their times are written. */
export function meaningOf(filters: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const given = Object.entries(filters).filter(([, value]) => value !== undefined);
  const inOrder = given.sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(inOrder.map(([name, value]) => [name, timeNames.has(name) ? timeOf(value) : value]));
}

/** Milliseconds, as lists have them. */
function timeOf(value: unknown): unknown {
  const atMs = typeof value === 'string' ? fromWireTime(value) : undefined;
  return atMs === undefined ? value : toWireTime(atMs);
}

function toHex(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function fromHex(hex: string): string | undefined {
  if (!/^(?:[0-9a-f]{2})+$/u.test(hex)) return undefined;
  const bytes = Uint8Array.from(hex.match(/../gu) ?? [], (pair) => Number.parseInt(pair, 16));
  return new TextDecoder().decode(bytes);
}
