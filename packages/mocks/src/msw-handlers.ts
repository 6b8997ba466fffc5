import { familyRoots } from '@holdfast/gateway';
import { http } from 'msw';
import type { HttpHandler } from 'msw';

import type { BaseAddress } from './base-address.ts';

/**
 * One handler for each family. It takes everything below the family's root, even unknown paths, which the server would
 * refuse; all else is left to other handlers.
 */
export function createHandlers(base: BaseAddress, answer: (request: Request) => Promise<Response>): HttpHandler[] {
  return [...familyRoots.values()].map((root) => http.all(patternOf(base, root), ({ request }) => answer(request)));
}

/** Without groups: MSW would decode them, and fail on what can't be decoded. */
function patternOf({ origin, path }: BaseAddress, root: string): RegExp {
  const literal = `${origin}${path}${root}`.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');
  return new RegExp(`^${literal}(?:/|$)`, 'u');
}
