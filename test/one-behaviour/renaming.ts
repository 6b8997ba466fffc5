/**
 * Gives each secret that a target makes up the name of its turn: the first token in its answers becomes
 * `releaseToken#1`. Two targets agree if, and only if, the same tokens are the same in both.
 */
export class Renaming {
  readonly #members: RegExp;
  readonly #names = new Map<string, string>();

  /** @param secretMembers - The members of JSON objects that hold secrets. */
  constructor(secretMembers: readonly string[]) {
    // Within a JSON string quotes are escaped, so this finds members alone.
    this.#members = new RegExp(`"(${secretMembers.join('|')})":"([^"]*)"`, 'gu');
  }

  /** A JSON text with names for its secrets, and otherwise as it came, to the letter. */
  inJson(text: string): string {
    return text.replaceAll(this.#members, (_whole, member: string, secret: string) => {
      return `"${member}":"${this.of(member, secret)}"`;
    });
  }

  of(member: string, secret: string): string {
    const known = this.#names.get(secret);
    if (known !== undefined) return known;
    const name = `${member}#${this.#names.size + 1}`;
    this.#names.set(secret, name);
    return name;
  }
}
