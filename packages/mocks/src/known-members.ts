/**
 * Refuses a misspelt member, which would otherwise be left unheeded without a word.
 *
 * @throws TypeError that names what there is.
 */
export function assertKnownMembers(what: string, value: object, known: readonly string[]): void {
  const unknown = Object.keys(value).filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new TypeError(`${what} has no ${unknown.join(', ')}: there is ${known.join(', ')}.`);
}
