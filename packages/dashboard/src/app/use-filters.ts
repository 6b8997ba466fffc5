import { useNavigate, useSearch } from '@tanstack/react-router';

/**
 * A view's filters, which are kept in its address, so that a link opens it as it was. A filter that has its usual
 * value isn't in the address.
 *
 * @example
 * ```ts
 * const usual = { prefix: '', status: 'all' };
 * const [{ prefix, status }, setFilters] = useFilters(usual);
 * setFilters({ prefix: 'printer/' });
 * ```
 */
export function useFilters<Filters extends Readonly<Record<string, string>>>(
  usual: Filters,
): readonly [Filters, (changes: Partial<Filters>) => void] {
  const search: Readonly<Record<string, unknown>> = useSearch({ strict: false });
  const navigate = useNavigate();
  const given = Object.keys(usual).flatMap((name) =>
    search[name] === undefined ? [] : [[name, String(search[name])]],
  );
  const filters = { ...usual, ...Object.fromEntries(given) } as Filters;
  const setFilters = (changes: Partial<Filters>) => {
    const next = { ...filters, ...changes };
    const kept = Object.entries(next).filter(([name, value]) => value !== usual[name]);
    void navigate({ to: '.', search: Object.fromEntries(kept), replace: true });
  };
  return [filters, setFilters];
}
