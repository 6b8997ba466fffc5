import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

import { usePlace } from '../session/place-context.ts';

interface PlaceLinkProps {
  /** A view's path, with everything filled in: `credits/acme`. */
  readonly to: string;
  /** Its filters. */
  readonly search?: Readonly<Record<string, string>>;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A link to a view of the same place. */
export function PlaceLink({ to, search, ...rest }: PlaceLinkProps) {
  const { tenantId, environment } = usePlace();
  const path = `/${encodeURIComponent(tenantId)}/${environment}/${to}`;
  return <Link {...rest} to={path} search={search ?? {}} />;
}
