/**
 * Refuses a misspelt member, which would otherwise be ignored silently.
 *
 * @throws TypeError that names the known members.
 */
export function assertKnownMembers(what: string, value: object, known: readonly string[]): void {
  const unknown = Object.keys(value).filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new TypeError(`${what} has no ${unknown.join(', ')}: there is ${known.join(', ')}.`);
}
