import type { Cell } from './table.ts';

/** `2026-11-21 09:30:00Z`: UTC, as the server says it, to the second. */
export function time(text: string | null): Cell {
  return text === null ? null : text.replace('T', ' ').replace(/(?:\.\d+)?Z$/u, 'Z');
}

export function yesOrNo(value: boolean): Cell {
  return value ? 'yes' : 'no';
}

/** A limit that there may not be. */
export function limit(value: number | null): Cell {
  return value ?? 'unlimited';
}

/** @param none - what it means that there is no list */
export function list(values: readonly string[] | null, none: string): Cell {
  return values === null ? none : values.join(' ');
}

export function json(value: unknown): Cell {
  return value === null ? null : JSON.stringify(value);
}
