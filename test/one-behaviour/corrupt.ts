import fc from 'fast-check';

import type { SentRequest } from './family.ts';

/** Ways to make a good request a bad one. Each takes a request as it would be sent. */
const ways = {
  noApiKey: (request) => withHeaders(request, { 'X-API-Key': undefined }),
  emptyApiKey: (request) => withHeaders(request, { 'X-API-Key': '' }),
  unknownApiKey: (request) => withHeaders(request, { 'X-API-Key': `hf_live_${'z'.repeat(43)}` }),
  longIdempotencyKey: (request) => withHeaders(request, { 'Idempotency-Key': 'k'.repeat(256) }),
  textMediaType: (request) => withHeaders(request, { 'Content-Type': 'text/plain' }),
  bodyCutShort: (request) => ({ ...request, text: request.text?.slice(0, -1) }),
  emptyBody: (request) => ({ ...request, text: request.text && '' }),
  nullBody: (request) => ({ ...request, text: request.text && 'null' }),
  unknownMember: (request) => ({ ...request, text: request.text?.replace('{', '{"colour":"red",') }),
  roundedNumber: (request) => ({
    ...request,
    text: request.text?.replace('{', '{"metadata":{"orderId":1546130668394913822},'),
  }),
  keptNumber: (request) => ({
    ...request,
    text: request.text?.replace('{', '{"metadata":{"share":0.1,"size":1e300,"id":-0.0},'),
  }),
  halfCharacter: (request) => ({
    ...request,
    text: request.text?.replace('{', '{"metadata":{"deep":[{"text":"\\udc00"}]},'),
  }),
  nameOfOperator: (request) => ({ ...request, text: request.text?.replace('{', '{"metadata":{"deep":{"$where":1}},') }),
  memberTwice: (request) => ({
    ...request,
    text: request.text?.replace(/"(\w+)":/u, (member) => `${member}1,${member}`),
  }),
  byteOrderMark: (request) => ({ ...request, text: request.text && `\ufeff${request.text}` }),
  bearerBesideEmptyKey: (request) => {
    return withHeaders(request, { 'X-API-Key': '', Authorization: `Bearer ${request.headers['X-API-Key']}` });
  },
  unknownParameter: (request) => ({ ...request, path: withParameter(request.path, 'colour=red') }),
  otherMethod: (request) => ({ ...request, method: request.method === 'GET' ? 'DELETE' : 'PUT' }),
  head: (request) => (request.method === 'GET' ? { ...request, method: 'HEAD' } : request),
  longerPath: (request) => ({ ...request, path: request.path.replace(/(?=\?|$)/u, '/further') }),
  trailingSlash: (request) => ({ ...request, path: request.path.replace(/(?=\?|$)/u, '/') }),
  brokenEscape: (request) => ({ ...request, path: request.path.replace(/(?=\?|$)/u, '%zz') }),
} satisfies Record<string, (request: SentRequest) => SentRequest>;

export type Corruption = keyof typeof ways;

export const corruptions: fc.Arbitrary<Corruption> = fc.constantFrom(...(Object.keys(ways) as Corruption[]));

export function corrupt(request: SentRequest, how: Corruption): SentRequest {
  return ways[how](request);
}

function withParameter(path: string, parameter: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}${parameter}`;
}

function withHeaders(request: SentRequest, changes: Readonly<Record<string, string | undefined>>): SentRequest {
  const entries = Object.entries({ ...request.headers, ...changes });
  const kept = entries.filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...request, headers: Object.fromEntries(kept) };
}
