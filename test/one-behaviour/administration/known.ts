import type { Exchange, Journal } from '../family.ts';
import { objectsIn } from '../json-members.ts';

/** What was answered to requests of this kind that were carried out, the latest last. */
function answersTo({ exchanges }: Journal, path: RegExp): readonly Exchange[] {
  return exchanges.filter(({ request, status }) => path.test(request.path) && status < 300);
}

/** The ids of tenants that the caller has created. */
export function tenantsIn(journal: Journal): readonly string[] {
  return idsIn(answersTo(journal, /^\/v1\/admin\/tenants$/u));
}

/** The ids of keys that the caller has created. */
export function keysIn(journal: Journal): readonly string[] {
  return idsIn(answersTo(journal, /^\/v1\/admin\/api-keys$/u));
}

function idsIn(exchanges: readonly Exchange[]): readonly string[] {
  const ids = exchanges.flatMap(({ json }) => [...objectsIn(json)].map(({ id }) => id));
  return [...new Set(ids.filter((id) => typeof id === 'string'))];
}
