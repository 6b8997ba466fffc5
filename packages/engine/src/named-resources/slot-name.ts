import type { Slot } from './records.ts';

export function slotName({ pool, number }: Slot): string {
  return `${pool}_${number}`;
}

/** The slot a name refers to if its first part is a pool: `Printer_7` is slot 7 of `Printer`. */
export function parseSlotName(name: string): Slot | undefined {
  if (!name.includes('_')) return undefined;
  const match = /^(.+)_(0|[1-9][0-9]{0,8})$/su.exec(name);
  return match?.[1] === undefined ? undefined : { pool: match[1], number: Number(match[2]) };
}
