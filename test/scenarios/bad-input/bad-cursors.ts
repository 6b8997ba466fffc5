/** Cursors that were never given out, most of them made from one that was. */
export const badCursors: readonly [reason: string, change: (cursor: string) => string][] = [
  ['is empty', () => ''],
  ['is made up', () => 'cursor'],
  ['lacks its end', (cursor) => cursor.slice(0, -1)],
  ['lacks its beginning', (cursor) => cursor.slice(1)],
  ['begins with another character', (cursor) => (cursor.startsWith('5') ? '6' : '5') + cursor.slice(1)],
  ['ends with another character', (cursor) => cursor.slice(0, -1) + (cursor.endsWith('5') ? '6' : '5')],
  ['has something behind it', (cursor) => `${cursor}0`],
  ['is not ASCII', (cursor) => `${cursor}é`],
  ['has 4,097 characters', () => 'a'.repeat(4_097)],
];
