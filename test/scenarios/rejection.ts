import { expect } from 'vitest';

/** The error of this class that a call must end with. */
export async function rejectionOf<Failure extends Error>(
  ErrorClass: new (...given: never[]) => Failure,
  call: PromiseLike<unknown>,
): Promise<Failure> {
  const reason = await Promise.resolve(call).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (reason instanceof ErrorClass) return reason;
  expect.fail(`The call ended with ${String(reason)} instead of a ${ErrorClass.name}.`);
}
