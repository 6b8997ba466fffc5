import type { CustomFetch } from 'openid-client';

import { messageOf } from '../start-error.ts';

/** The provider can't be reached, or not in time, or is in trouble itself. */
class ProviderAway extends Error {
  override readonly name = 'ProviderAway';
}

/** Gets a whole answer of the provider, so that it is known here whether the line held. */
export const fetchFromProvider: CustomFetch = async (url, options) => {
  const { status, headers, body } = await fetchWhole(url, options);
  if (status >= 500) throw new ProviderAway(`${new URL(url).origin} answered with ${status}.`);
  return new Response(body, { status, headers });
};

/** Whether the provider is to blame, however an error was wrapped. */
export function isAway(error: unknown): error is Error {
  if (error instanceof ProviderAway) return true;
  return error instanceof Error && error.cause !== undefined && isAway(error.cause);
}

async function fetchWhole(url: string, { body: given, ...rest }: Parameters<CustomFetch>[1]) {
  try {
    const response = await fetch(url, { ...rest, body: given ?? null });
    const bytes = await response.arrayBuffer();
    return { status: response.status, headers: response.headers, body: bytes.byteLength === 0 ? null : bytes };
  } catch (error) {
    // Node says in the cause what is wrong with the line.
    const reason = error instanceof Error && error.cause !== undefined ? error.cause : error;
    throw new ProviderAway(`${new URL(url).origin} can't be reached: ${messageOf(reason)}`, { cause: error });
  }
}
