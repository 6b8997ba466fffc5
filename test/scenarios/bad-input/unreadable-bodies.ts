/** Bodies that are not the JSON that any operation asks for, with the rule that they break. */
export const unreadableBodies: readonly [
  reason: string,
  rule: string,
  toBody: (valid: string) => string | Uint8Array<ArrayBuffer>,
][] = [
  ['nothing', 'json', () => ''],
  ['white space', 'json', () => ' \r\n\t'],
  ['half of it', 'json', (valid) => valid.slice(0, valid.length / 2)],
  ['all but its last character', 'json', (valid) => valid.slice(0, -1)],
  ['one bracket too many', 'json', (valid) => valid + valid.slice(-1)],
  ['a comma too many', 'json', (valid) => `${valid.slice(0, -1)},${valid.slice(-1)}`],
  ['single quotes', 'json', (valid) => valid.replaceAll('"', "'")],
  ['a comment', 'json', (valid) => `${valid}//`],
  ['JSON twice', 'json', (valid) => valid.repeat(2)],
  ['a byte order mark before JSON', 'json', (valid) => `\ufeff${valid}`],
  ['a byte order mark before nothing', 'json', () => '\ufeff'],
  ['a line break within a text', 'json', (valid) => valid.replace('"', '"\n')],
  ['an escape that there is not', 'json', (valid) => valid.replace('"', '"\\x41')],
  ['NaN', 'json', () => 'NaN'],
  ['an endless number', 'json', () => '-'],
  ['a form', 'json', () => 'requester=a&resource=b'],
  ['XML with an entity', 'json', () => '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'],
  ['no UTF-8', 'encoding', (valid) => withBytes(valid, 0xff)],
  ['an overlong form of UTF-8', 'encoding', (valid) => withBytes(valid, 0xc0, 0xaf)],
  ['half a surrogate pair in UTF-8', 'encoding', (valid) => withBytes(valid, 0xed, 0xa0, 0x80)],
  [
    'UTF-16',
    'encoding',
    (valid) => new Uint8Array(Uint16Array.from([0xfe_ff, ...Array.from(valid, (each) => each.charCodeAt(0))]).buffer),
  ],
  ['lists a hundred deep', 'maxDepth', () => '['.repeat(100) + ']'.repeat(100)],
  ['lists 100,000 deep', 'maxDepth', () => '['.repeat(100_000) + ']'.repeat(100_000)],
  ['objects 100,000 deep', 'maxDepth', () => `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
  ['lists that never end', 'maxDepth', () => '['.repeat(1_000_000)],
  ['a text of 1 MiB', 'type', () => JSON.stringify('x'.repeat(1_048_574))],
  ['a text of escaped quotation marks that never ends', 'json', () => `"${'\\"'.repeat(500_000)}`],
  ['nothing but backslashes', 'json', () => '\\'.repeat(1_000_000)],
];

/** Null: none. */
export const wrongMediaTypes: readonly (string | null)[] = [
  null,
  '',
  'json',
  'text/plain',
  'text/json',
  'application/jsonp',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/json, text/plain',
  `text/${'x'.repeat(8_000)}`,
];

/** The valid text with some bytes at the beginning of its first string. */
function withBytes(valid: string, ...bytes: readonly number[]): Uint8Array<ArrayBuffer> {
  const at = valid.indexOf('"') + 1;
  const encode = (text: string) => new TextEncoder().encode(text);
  return Uint8Array.from([...encode(valid.slice(0, at)), ...bytes, ...encode(valid.slice(at))]);
}
