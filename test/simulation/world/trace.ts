import { createHash } from 'node:crypto';

/** So much is digested at once. */
const chunkLength = 65_536;

/** Of the times that are digested: whole numbers are written in a tenth of the time that fractions take. */
const unitsPerMs = 1_024;

/** Everything that happened in a world, a line each, or only a digest of it. */
export class Trace {
  readonly lines: string[] = [];
  /** What happened how often, in a few words each. */
  readonly noted = new Map<string, number>();
  readonly #isKept: boolean;
  readonly #hash = createHash('sha256');
  #chunk = '';

  /** @param isKept - Whether the lines are kept, for people. */
  constructor(isKept: boolean) {
    this.#isKept = isKept;
  }

  add(nowMs: number, who: string, what: string): void {
    this.#chunk += `${Math.round(nowMs * unitsPerMs)} ${who} ${what}\n`;
    if (this.#chunk.length > chunkLength) this.#digestChunk();
    if (this.#isKept) this.lines.push(`${nowMs.toFixed(3).padStart(10)}  ${who}  ${what}`);
  }

  note(what: string): void {
    this.noted.set(what, (this.noted.get(what) ?? 0) + 1);
  }

  countOf(what: string): number {
    return this.noted.get(what) ?? 0;
  }

  /** The same for the same lines: 16 hexadecimal digits. */
  digest(): string {
    this.#digestChunk();
    return this.#hash.copy().digest('hex').slice(0, 16);
  }

  #digestChunk(): void {
    this.#hash.update(this.#chunk);
    this.#chunk = '';
  }
}
