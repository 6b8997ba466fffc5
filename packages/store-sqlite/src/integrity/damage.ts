import { StoreUnavailable } from '@holdfast/engine/store';

/** Messages for the operator. */
export type Report = (level: 'info' | 'error', message: string) => void;

/** The file doesn't contain what was written to it. */
export function damaged(reason: string, options?: ErrorOptions): StoreUnavailable {
  return new StoreUnavailable(`The database file is damaged: ${reason}.`, { ...options, fault: 'damaged' });
}

export function isDamage(error: unknown): error is StoreUnavailable {
  return error instanceof StoreUnavailable && error.fault === 'damaged';
}

/**
 * Remembers that the file is damaged. From then on it is neither read nor written, since nobody knows what else is
 * wrong with it.
 */
export class Soundness {
  readonly #report: Report;
  #damage: StoreUnavailable | undefined;

  constructor(report: Report) {
    this.#report = report;
  }

  get isDamaged(): boolean {
    return this.#damage !== undefined;
  }

  assertSound(): void {
    if (this.#damage) throw this.#damage;
  }

  /** Notes an error that means damage, and returns it. */
  note(error: unknown): unknown {
    if (isDamage(error) && this.#damage === undefined) {
      this.#damage = error;
      const remedy = 'stop the server and restore a backup with `npm run restore -- FILE`';
      this.#report('error', `${error.message} Nothing is read or written any more: ${remedy}`);
    }
    return error;
  }
}
