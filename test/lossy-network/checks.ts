import type { LossyProxy, Exchange } from './lossy-proxy.ts';

/** The most requests that a client may send for each that a reliable network would need; the losses alone cost 25 / 16. */
export const mostRequestsForEachNeeded = 1.6;

/**
 * Whether each write had one effect, however often it was sent: every attempt has the first one's key and content, the
 * server takes one of them for the first, and gives all others that one's answer again. Says what was otherwise.
 */
export function writesOutOfOrder(proxy: LossyProxy): readonly string[] {
  const writes = proxy.exchanges.filter(({ request }) => request.method !== 'GET');
  const withoutKey = writes.filter(({ request }) => request.idempotencyKey === undefined);
  const byKey = Map.groupBy(writes, ({ request }) => request.idempotencyKey);
  const wrongKeys = [...byKey].filter(([, attempts]) => !areOneWrite(attempts)).map(([key]) => key);
  return [
    ...withoutKey.map(({ request }) => `${request.method} ${request.path} came without an idempotency key`),
    ...wrongKeys.map((key) => `${key} was not one write:\n${proxy.historyOf(key)}`),
  ];
}

const shownOnce = /"(api_key|secret)":"[\w+/=]+"/u;

function areOneWrite(attempts: readonly Exchange[]): boolean {
  const contents = new Set(attempts.map(({ request }) => `${request.method} ${request.path} ${request.body}`));
  const answers = attempts.flatMap(({ answer }) => answer ?? []);
  // The value of an API key, or a secret, is told with the first answer only.
  const given = new Set(answers.map(({ status, body }) => `${status} ${body.replace(shownOnce, '"$1":null')}`));
  const firsts = answers.filter(({ replayed }) => !replayed);
  if (answers.some(({ replayed, body }) => replayed && shownOnce.test(body))) return false;
  return contents.size === 1 && (answers.length === 0 || (given.size === 1 && firsts.length === 1));
}
