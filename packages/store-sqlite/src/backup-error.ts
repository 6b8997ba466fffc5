/** A backup or a restore can't be done. The message is for the operator, and says what is as it was. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}
