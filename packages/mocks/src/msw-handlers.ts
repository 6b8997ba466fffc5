import { familyRoots } from '@holdfast/gateway';
import { http } from 'msw';
import type { HttpHandler } from 'msw';

import type { BaseAddress } from './base-address.ts';

/**
 * One handler for each family of the contract. They take everything below its root, also what the contract doesn't
 * know and the server would refuse; all else is left to other handlers.
 */
export function createHandlers(base: BaseAddress, answer: (request: Request) => Promise<Response>): HttpHandler[] {
  return [...familyRoots.values()].map((root) => http.all(patternOf(base, root), ({ request }) => answer(request)));
}

/** A pattern without groups: MSW would decode their text, and fails where a client sends what can't be decoded. */
function patternOf({ origin, path }: BaseAddress, root: string): RegExp {
  const literal = `${origin}${path}${root}`.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');
  return new RegExp(`^${literal}(?:/|$)`, 'u');
}
