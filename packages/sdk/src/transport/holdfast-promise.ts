/** An answer with what came around it. */
export interface WithResponse<Data> {
  readonly data: Data;
  /** The raw answer: status, headers, URL. Its body has been read already. */
  readonly response: Response;
  /** The answer's `X-Request-Id`, by which the server's log names this request. */
  readonly requestId: string | null;
}

/**
 * What every method returns: a promise of the answer's data that can also hand out the raw response.
 *
 * @example
 * ```ts
 * const [result] = await holdfast.resources.reserve([{ requester: 'worker-1', resource: 'job-42' }]);
 *
 * const { data, response, requestId } = await holdfast.resources.get('job-42').withResponse();
 * console.log(data.status, response.status, requestId);
 * ```
 */
export class HoldfastPromise<Data> implements Promise<Data> {
  readonly [Symbol.toStringTag] = 'HoldfastPromise';
  readonly #answer: Promise<WithResponse<Data>>;

  /** @internal */
  constructor(answer: Promise<WithResponse<Data>>) {
    this.#answer = answer;
  }

  /** The same call's data together with its raw response. Makes no further request. */
  withResponse(): Promise<WithResponse<Data>> {
    return this.#answer;
  }

  then<Value = Data, Failure = never>(
    onFulfilled?: ((data: Data) => Value | PromiseLike<Value>) | null,
    onRejected?: ((reason: unknown) => Failure | PromiseLike<Failure>) | null,
  ): Promise<Value | Failure> {
    return this.#answer.then(({ data }) => data).then(onFulfilled, onRejected);
  }

  catch<Failure = never>(
    onRejected?: ((reason: unknown) => Failure | PromiseLike<Failure>) | null,
  ): Promise<Data | Failure> {
    return this.then(undefined, onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<Data> {
    return this.then().finally(onFinally);
  }
}
