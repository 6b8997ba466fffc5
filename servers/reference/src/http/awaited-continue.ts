import type { ServerResponse } from 'node:http';

/** Answers to clients that wait to be asked for the body (RFC 9110, 10.1.1), and whether their connections may go on. */
const awaiting = new WeakMap<ServerResponse, boolean>();

/**
 * Lets a client wait until somebody reads the body. If nobody does, the connection ends with the answer, since the body
 * may be on its way all the same.
 */
export function letAwaitContinue(response: ServerResponse): void {
  awaiting.set(response, response.shouldKeepAlive);
  response.shouldKeepAlive = false;
}

/** Asks for the body, if the client waits for that. */
export function continueIfAwaited(response: ServerResponse): void {
  const mayGoOn = awaiting.get(response);
  if (mayGoOn === undefined) return;
  response.shouldKeepAlive = mayGoOn;
  response.writeContinue();
}
