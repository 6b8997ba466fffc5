import type { Call } from '../checker/sequential-spec.ts';
import type { Answer, Command } from './commands.ts';

type Members = Readonly<Record<string, unknown>>;

/** Nothing follows from it. */
const leftOut = 'resourceType';

/** Such as `reserve lock by r3 for 1 s → ACQUIRED, releaseToken 4fQz7hJk, fencingToken 17, expiresAt 1014.00 ms`. */
export function describeCall({ operation, answer }: Call<Command, Answer>, originMs: number): string {
  const method = operation.type === 'transaction' ? ` ${operation.method}` : '';
  const items = operation.items.map((item, index) => {
    const request: Members = { ...operation, ...item };
    const result = answer === undefined ? '?' : describeResult({ ...answer.results[index] }, request, originMs);
    return `${describeRequest(request)} → ${result}`;
  });
  const outcome = answer?.outcome === undefined ? '' : `${answer.outcome}: `;
  return `${operation.type}${method} ${outcome}${items.join('; ')}`;
}

function describeRequest({ resource, requester, ttlSeconds, releaseToken, metadata }: Members): string {
  return [
    resource,
    requester === undefined ? '' : ` by ${requester}`,
    ttlSeconds === undefined ? '' : ` for ${ttlSeconds} s`,
    releaseToken === undefined ? '' : ` with ${shorten(String(releaseToken))}`,
    metadata === undefined ? '' : ` as ${JSON.stringify(metadata)}`,
  ].join('');
}

/** What it says but what the request says too. Only a refusal's explanation says something that nothing else does. */
function describeResult({ status, ...result }: Members, request: Members, originMs: number): string {
  const news = Object.entries(result).filter(([name, value]) => {
    return value !== request[name] && (name !== 'explanation' || status === 'ALREADY_HELD');
  });
  return [status, ...describeMembers(news, originMs)].join(', ');
}

function describeMembers(members: readonly (readonly [string, unknown])[], originMs: number): readonly string[] {
  const told = members.filter(([name, value]) => value !== null && name !== leftOut);
  return told.map(([name, value]) => `${name} ${describeValue(name, value, originMs)}`);
}

function describeValue(name: string, value: unknown, originMs: number): string {
  if (typeof value === 'string') return describeText(name, value, originMs);
  if (Array.isArray(value)) return `[${value.map((each) => describeValue(name, each, originMs)).join('; ')}]`;
  if (typeof value !== 'object' || value === null || name === 'metadata') return JSON.stringify(value);
  return `{${describeMembers(Object.entries(value), originMs).join(', ')}}`;
}

function describeText(name: string, value: string, originMs: number): string {
  if (name === 'releaseToken') return shorten(value);
  return /At$|^since$/u.test(name) ? `${(Date.parse(value) - originMs).toFixed(2)} ms` : value;
}

function shorten(token: string): string {
  return token.slice(0, 8);
}
