/** The beginning of a text that is longer than this, in UTF-16 code units; never with half a character at its end. */
export function shorten(text: string, longest: number): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest).replace(/[\ud800-\udbff]$/u, '')}…`;
}
