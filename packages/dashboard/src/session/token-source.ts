import { issueToken } from './session-api.ts';
import type { IssuedToken, Place } from './session-api.ts';

/** A token is renewed when it has less than this left, so that no request is under way when it ends. */
const leastLeftMs = 60_000;

/** The session's tokens for one place, each used until shortly before its end. */
export class TokenSource {
  readonly #place: Place;
  #issued: Promise<IssuedToken> | undefined;
  #renewAtMs = 0;

  constructor(place: Place) {
    this.#place = place;
  }

  get(): Promise<IssuedToken> {
    if (this.#issued === undefined || Date.now() >= this.#renewAtMs) this.#renew();
    return this.#issued!;
  }

  /** For a token that the server no longer takes. */
  forget(token: IssuedToken): void {
    void this.#issued?.then((issued) => {
      if (issued === token) this.#issued = undefined;
    });
  }

  #renew(): void {
    const issued = issueToken(this.#place);
    this.#issued = issued;
    this.#renewAtMs = Infinity;
    issued.then(
      ({ expiresAt }) => (this.#renewAtMs = Date.parse(expiresAt) - leastLeftMs),
      () => {
        if (this.#issued === issued) this.#issued = undefined;
      },
    );
  }
}
