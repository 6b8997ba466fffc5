import { NamedResources } from './named-resources.ts';
import { Transport, type HoldfastOptions } from './transport.ts';
import { withLock, type HeldLock, type WithLockOptions } from './with-lock.ts';

/**
 * A client of one Holdfast server. It keeps no connections and no timers: make one, share it, and forget it.
 *
 * Failed attempts are made again, with growing random pauses or as `Retry-After` asks; a write carries an
 * `Idempotency-Key`, the same on each attempt, so that it takes effect at most once.
 *
 * @example
 * ```ts
 * import { Holdfast } from '@holdfast/sdk';
 *
 * const holdfast = new Holdfast({ baseUrl: 'http://127.0.0.1:4000', apiKey: process.env.HOLDFAST_API_KEY! });
 * await holdfast.withLock('nightly-report', async (lock) => {
 *   await writeReport({ signal: lock.signal, fencingToken: lock.fencingToken });
 * });
 * ```
 */
export class Holdfast {
  /** Named resources: locks with a TTL, pools of slots, trees. */
  readonly resources: NamedResources;
  readonly #transport: Transport;

  /** @throws TypeError when `baseUrl` is no URL. */
  constructor(options: HoldfastOptions) {
    this.#transport = new Transport(options);
    this.resources = new NamedResources(this.#transport);
  }

  /**
   * Runs a section while holding a lock: takes it, renews it in the background at about every third of its TTL, and
   * gives it back when the section ends, however it ends. Settles as the section does.
   *
   * Sections exclude one another wherever they run, within one program too: each claims under a name of its own.
   *
   * The lease is counted from before the request for it was sent, by a clock that nobody sets, and ended a twentieth of
   * its TTL early. If it can't be renewed until then, or the server says that it has ended, the section's `signal`
   * aborts: stop what the lock protects. No client can promise more than that, since a machine may be suspended at any
   * moment; against a section that goes on nevertheless, let what you protect check the {@link HeldLock.fencingToken}.
   *
   * If the lock can't be given back, the section's outcome stands, the hook `onReleaseFailed` is told, and the lock
   * lapses with its TTL. If it lapses while giving it back is still tried, it counts as given back. If it stays unknown
   * whether the lock was taken, because no answer came or the caller's signal aborted, that is found out, and undone,
   * in the background.
   *
   * @throws {@link LockHeldError} when it is held, or no slot of the pool is free, until `waitMs` are over.
   * @throws {@link LeaseLostError} when the lease was lost before the section returned: another may have overlapped.
   * @throws {@link ConnectionError} when no usable answer to the claim came, not even after retries.
   * @throws {@link TimeoutError} when the lock was granted too late to be of use, or no answer came in time.
   * @throws the signal's reason, when that aborts before the section has begun.
   * @example
   * ```ts
   * const receipt = await holdfast.withLock(
   *   { resource: 'account-7', ttlSeconds: 20, waitMs: 5_000, metadata: { why: 'payout' } },
   *   async (lock) => pay({ fencingToken: lock.fencingToken, signal: lock.signal }),
   * );
   * ```
   */
  withLock<Value>(
    lock: string | WithLockOptions,
    section: (lock: HeldLock) => Value | PromiseLike<Value>,
  ): Promise<Value> {
    const options = typeof lock === 'string' ? { resource: lock } : lock;
    return withLock(this.resources, this.#transport, options, section);
  }
}
