import { crc32 } from 'node:zlib';

import type { Head } from '@holdfast/engine/store';

/** The modulus of totals. */
export const totalLimit = 2 ** 32;

/** Over a record's address and value, so that a changed or misplaced row is detected. */
export function recordChecksum(kind: string, partition: string, id: string, body: string): number {
  return crc32(`${kind}\0${partition}\0${id}\0${body}`);
}

/** Over the row that keeps the time. */
export function clockChecksum(nowMs: number, bootId: string | null, elapsedMs: number): number {
  return crc32(`${nowMs}\0${bootId}\0${elapsedMs}`);
}

export function headChecksum(partition: string, { version, nowMs, sequence }: Head): number {
  return crc32(`${partition}\0${version}\0${nowMs}\0${sequence}`);
}
