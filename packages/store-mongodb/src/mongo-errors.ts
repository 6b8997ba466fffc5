import { StoreUnavailable } from '@holdfast/engine/store';
import {
  MongoAPIError,
  MongoClientClosedError,
  MongoError,
  MongoErrorLabel,
  MongoExpiredSessionError,
  MongoNotConnectedError,
  MongoServerClosedError,
  MongoServerError,
  MongoTopologyClosedError,
} from 'mongodb';

/** MongoDB's error codes, https://www.mongodb.com/docs/manual/reference/error-codes/. */
export const errorCodes = {
  badValue: 2,
  failedToParse: 9,
  unauthorized: 13,
  typeMismatch: 14,
  namespaceExists: 48,
  maxTimeExpired: 50,
  indexOptionsConflict: 85,
  indexKeySpecsConflict: 86,
  indexAlreadyExists: 68,
  writeConflict: 112,
  conflictingOperationInProgress: 117,
  documentValidationFailure: 121,
  snapshotUnavailable: 246,
  indexBuildAborted: 276,
  tooLarge: 10_334,
  duplicateKey: 11_000,
  outOfDiskSpace: 14_031,
  backgroundOperationInProgress: 12_587,
} as const;

/** Errors that no retry can fix: our mistakes, or faults in the data. */
const mistakes: readonly unknown[] = [
  errorCodes.badValue,
  errorCodes.failedToParse,
  errorCodes.typeMismatch,
  errorCodes.documentValidationFailure,
  errorCodes.tooLarge,
];

export function hasCode(error: unknown, ...codes: readonly number[]): boolean {
  return error instanceof MongoServerError && typeof error.code === 'number' && codes.includes(error.code);
}

/** The transaction was rolled back, and can be retried as a whole. */
export function isTransient(error: unknown): boolean {
  return error instanceof MongoError && error.hasErrorLabel(MongoErrorLabel.TransientTransactionError);
}

/** The commit's outcome is unknown, and it can be retried. */
export function isCommitUnknown(error: unknown): boolean {
  return error instanceof MongoError && error.hasErrorLabel(MongoErrorLabel.UnknownTransactionCommitResult);
}

/** A write conflict with another transaction. */
export function isConflict(error: unknown): boolean {
  return hasCode(error, errorCodes.writeConflict, errorCodes.duplicateKey);
}

/** Errors of servers or the network become {@link StoreUnavailable}; all others stay as they are. */
export function asStoreError(error: unknown, { outcomeUnknown = false } = {}): unknown {
  if (!(error instanceof MongoError)) return error;
  if (error instanceof MongoAPIError && !isClosed(error)) return error;
  if (error instanceof MongoServerError && mistakes.includes(error.code)) return error;
  return new StoreUnavailable(`MongoDB can't do this now: ${error.message}`, {
    cause: error,
    outcomeUnknown,
    ...(hasCode(error, errorCodes.outOfDiskSpace) && { fault: 'diskFull' }),
  });
}

function isClosed(error: unknown): boolean {
  const kinds = [
    MongoNotConnectedError,
    MongoServerClosedError,
    MongoTopologyClosedError,
    MongoClientClosedError,
    MongoExpiredSessionError,
  ];
  return kinds.some((kind) => error instanceof kind);
}
