import { crc32 } from 'node:zlib';

import { headKind } from '../schema/tables.ts';
import { damaged } from './damage.ts';

/** The modulus of totals. */
export const totalLimit = 2 ** 32;

/** Over a record's address and value, so that a changed or misplaced row is detected. */
export function recordChecksum(kind: string, partition: string, id: string, body: string): number {
  return crc32(`${kind}\0${partition}\0${id}\0${body}`);
}

export function assertRecord(kind: string, partition: string, id: string, body: string, checksum: number): void {
  if (recordChecksum(kind, partition, id, body) === checksum) return;
  const what = kind === headKind.name ? 'the head of a partition' : `a record of ${kind}`;
  throw damaged(`${what} is not what was written`);
}

/** Over the row that keeps the time. */
export function clockChecksum(nowMs: number, bootId: string | null, elapsedMs: number): number {
  return crc32(`${nowMs}\0${bootId}\0${elapsedMs}`);
}
