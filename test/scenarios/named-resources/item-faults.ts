/** Faults that an item of any request can have, for the tables of 400s. */

/** What no requester and no resource can be called. */
export const badNames: readonly [reason: string, json: string][] = [
  ['is empty', '""'],
  ['has 257 characters', JSON.stringify('n'.repeat(257))],
  ['has 257 characters beyond the BMP', JSON.stringify('😀'.repeat(257))],
  ['holds a NUL', '"a\\u0000b"'],
  ['holds a line break', '"a\\nb"'],
  ['holds a DEL', '"a\\u007fb"'],
  ['holds half a surrogate pair', '"a\\ud800b"'],
  ['holds a surrogate pair the wrong way round', '"\\udc00\\ud800"'],
  ['is a number', '1'],
  ['is null', 'null'],
  ['is an operator', '{"$ne": null}'],
  ['is a list', '["a"]'],
];

/** What no number of seconds can be. */
export const badTtls: readonly [reason: string, json: string][] = [
  ['is 0', '0'],
  ['is negative', '-1'],
  ['is a fraction', '1.5'],
  ['is longer than a year', '31536001'],
  ['is 2^53', '9007199254740992'],
  ['is 1e400', '1e400'],
  ['is text', '"60"'],
  ['is null', 'null'],
  ['is true', 'true'],
];

/** Members that no metadata can have at its top, as other programs read something else into them. */
export const badMemberNames: readonly [reason: string, json: string][] = [
  ['an operator', '"$where"'],
  ['a path', '"a.b"'],
  ['__proto__', '"__proto__"'],
  ['constructor', '"constructor"'],
  ['prototype', '"prototype"'],
  ['nothing', '""'],
  ['a line break', '"a\\nb"'],
  ['half a surrogate pair', '"\\ud800"'],
];

/** Names that are out of the ordinary and as good as any other. */
export const unusualNames: readonly string[] = [
  'a/b',
  'a b',
  ' ',
  '..',
  '.',
  'a%2Fb',
  'a+b',
  '#?&=;',
  '"quoted"\\',
  'A>B',
  '$where',
  '__proto__',
  'constructor',
  'ÄÖÜ-ß',
  '打印机',
  '👩‍👩‍👧‍👦',
  '\u202eright to left',
  '\uffff',
  'n'.repeat(256),
  '😀'.repeat(256),
];
