/** A backup or restore failed. The message is for the operator, and says what is unchanged. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}
