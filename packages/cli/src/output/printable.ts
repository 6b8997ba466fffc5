/**
 * Text of others' as a terminal may show it: names and metadata can hold characters that move the cursor, or turn the
 * direction of what follows. They are written as escapes.
 *
 * @param keeping - `lines` leaves line breaks as they are
 */
export function printable(text: string, keeping?: 'lines'): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    keeping === 'lines' && character === '\n' ? character : `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}
