import { StoreUnavailable } from '@holdfast/engine/store';
import type { StoreFault } from '@holdfast/engine/store';

import { damaged } from './integrity/damage.ts';

/** SQLite's primary result codes, https://www.sqlite.org/rescode.html; the higher bits of a code only refine it. */
const resultCodes = { perm: 3, busy: 5, locked: 6, nomem: 7, readonly: 8, ioerr: 10, full: 13, cantopen: 14 } as const;
const unavailableCodes: readonly number[] = Object.values(resultCodes);

/** SQLITE_CORRUPT and SQLITE_NOTADB: something else is in the file than SQLite has written. */
const damageCodes: readonly (number | undefined)[] = [11, 26];

/** There was no room for the file that the connections share; SQLite has no clearer code for it. */
const noRoomForSharedMemory = resultCodes.ioerr | (19 << 8);

/** Errors of the disk or the file become {@link StoreUnavailable}; all others stay as they are. */
export function asStoreError(error: unknown, { isCommitting = false } = {}): unknown {
  const code = resultCodeOf(error);
  if (damageCodes.includes(code) || isOutOfRange(error)) return damaged((error as Error).message, { cause: error });
  if (code === undefined || !unavailableCodes.includes(code)) return error;
  // A commit that was written but not flushed is rolled back here, yet a crash right now could bring it back.
  const outcomeUnknown = isCommitting && code === resultCodes.ioerr;
  return new StoreUnavailable(`The database file can't be used now: ${(error as Error).message}.`, {
    cause: error,
    outcomeUnknown,
    ...faultOf(error, code),
  });
}

/** Nothing written has a number that JavaScript can't represent. */
function isOutOfRange(error: unknown): boolean {
  return error instanceof RangeError && 'code' in error && error.code === 'ERR_OUT_OF_RANGE';
}

/** Whether the disk is full, for SQLite or for us. */
export function isDiskFull(error: unknown): boolean {
  if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return true;
  const storeError = asStoreError(error);
  return storeError instanceof StoreUnavailable && storeError.fault === 'diskFull';
}

export function isBusy(error: unknown): boolean {
  return resultCodeOf(error) === resultCodes.busy;
}

function faultOf(error: unknown, code: number): { fault?: StoreFault } {
  if (code === resultCodes.full || extendedCodeOf(error) === noRoomForSharedMemory) return { fault: 'diskFull' };
  return code === resultCodes.readonly ? { fault: 'readOnly' } : {};
}

function resultCodeOf(error: unknown): number | undefined {
  const code = extendedCodeOf(error);
  return code === undefined ? undefined : code & 0xff;
}

function extendedCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  return error.errcode;
}
