import fc from 'fast-check';

import { onceIn } from './choices.ts';
import type { Draft, Journal } from './family.ts';

/** Something that is known only when its turn has come. */
type Late<Value> = (journal: Journal) => Value;

export function get(toPath: Late<string>): Draft {
  return { toRequest: (journal) => ({ method: 'GET', path: toPath(journal) }) };
}

export function post(path: string | Late<string>, toBody: Late<unknown>): Draft {
  return withBody('POST', path, toBody);
}

export function put(path: string | Late<string>, toBody: Late<unknown>): Draft {
  return withBody('PUT', path, toBody);
}

export function patch(path: string | Late<string>, toBody: Late<unknown>): Draft {
  return withBody('PATCH', path, toBody);
}

export function withQuery(path: string, filters: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(filters).map(([name, value]) => `${name}=${encode(String(value))}`);
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
}

/**
 * Drafts for which something must be there already. As long as it isn't, most of them do what brings it about instead:
 * refused, they would lead nowhere.
 */
export function prepared(
  drafts: fc.Arbitrary<Draft>,
  isReady: Late<boolean>,
  preparations: fc.Arbitrary<Draft>,
): fc.Arbitrary<Draft> {
  const isHasty = onceIn(20, fc.constant(true));
  return fc.tuple(drafts, preparations, isHasty).map(([draft, preparation, hasty]) => ({
    toRequest: (journal) => (hasty || isReady(journal) ? draft : preparation).toRequest(journal),
  }));
}

function withBody(method: string, path: string | Late<string>, toBody: Late<unknown>): Draft {
  const toPath = typeof path === 'string' ? () => path : path;
  return { toRequest: (journal) => ({ method, path: toPath(journal), body: toBody(journal) }) };
}

/** A lone surrogate can't be encoded; it goes as bytes that aren't UTF-8 either. */
function encode(value: string): string {
  return value.isWellFormed() ? encodeURIComponent(value) : '%ED%AF%BF';
}
