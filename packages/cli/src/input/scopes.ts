import type { Scope } from '@holdfast/sdk';
import { InvalidArgumentError } from 'commander';

import { collect } from './arguments.ts';

const scopes = [
  'resources:read',
  'resources:write',
  'resources:admin',
  'credits:read',
  'credits:write',
  'credits:admin',
  'capacity:read',
  'capacity:write',
  'events:read',
  'webhooks:admin',
  'keys:admin',
  'platform:admin',
] as const satisfies readonly Scope[];

/** Stands below the help of what takes scopes. */
export const scopesHelp = `

Scopes (write includes read, admin includes both):
  ${scopes.slice(0, 6).join(' ')}
  ${scopes.slice(6).join(' ')}`;

/** `a,b` once or several times. */
export function collectScopes(text: string, earlier: readonly Scope[] = []): Scope[] {
  const named = collect(text).map((name) => {
    const scope = scopes.find((each) => each === name);
    if (scope !== undefined) return scope;
    throw new InvalidArgumentError(`There is no scope "${name}", but ${scopes.join(', ')}.`);
  });
  return [...earlier, ...named];
}

/** Scopes, or the word for every one. */
export function collectScopesOrAll(text: string, earlier: readonly Scope[] | 'all' = []): Scope[] | 'all' {
  return text === 'all' ? text : collectScopes(text, earlier === 'all' ? [] : earlier);
}
