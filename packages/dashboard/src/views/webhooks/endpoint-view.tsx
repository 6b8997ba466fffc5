import type { WebhookEndpoint } from '@holdfast/sdk';
import { useParams } from '@tanstack/react-router';

import { PlaceLink } from '../../app/place-link.tsx';
import { usePlaceQuery } from '../../live/place-query.ts';
import { Badge } from '../../ui/badge.tsx';
import { Card } from '../../ui/card.tsx';
import { DetailList } from '../../ui/detail-list.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { ExactTime } from '../../ui/time.tsx';
import { Deliveries } from './deliveries.tsx';
import { EndpointActions } from './endpoint-actions.tsx';
import { EndpointState } from './endpoint-state.tsx';

/** One endpoint, and what was sent to it. */
export function View() {
  const { endpoint: id = '' } = useParams({ strict: false });
  const { data, error, refetch } = usePlaceQuery({
    family: 'settings',
    key: ['webhook-endpoint', id],
    load: (holdfast, signal) => holdfast.webhookEndpoints.get(id, { signal }),
    intervalMs: 10_000,
  });
  return (
    <Page
      title={data?.url ?? 'Webhook endpoint'}
      description={
        <PlaceLink to="webhooks" className="underline">
          All endpoints
        </PlaceLink>
      }
      actions={data && <EndpointActions endpoint={data} />}
    >
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      <Card title="Endpoint">{data ? <EndpointFacts endpoint={data} /> : <Skeleton className="h-36" />}</Card>
      {data && <Deliveries endpoint={data} />}
    </Page>
  );
}

function EndpointFacts({ endpoint }: { readonly endpoint: WebhookEndpoint }) {
  const { description, types, headers, created_at, updated_at } = endpoint;
  const headerLines = Object.entries(headers);
  return (
    <DetailList
      items={[
        ['State', <EndpointState endpoint={endpoint} />],
        ['Description', description ?? '–'],
        ['Gets', types === null ? 'all events' : <Types types={types} />],
        ['Headers', headerLines.length === 0 ? 'none of its own' : <Headers lines={headerLines} />],
        ['Created', <ExactTime at={created_at} />],
        ['Changed', <ExactTime at={updated_at} />],
        ['Id', <span className="font-mono text-xs">{endpoint.id}</span>],
      ]}
    />
  );
}

function Types({ types }: { readonly types: readonly string[] }) {
  return (
    <span className="flex flex-wrap gap-1">
      {types.map((type) => (
        <Badge key={type}>{type}</Badge>
      ))}
    </span>
  );
}

function Headers({ lines }: { readonly lines: readonly (readonly [name: string, value: string])[] }) {
  return (
    <ul className="font-mono text-xs">
      {lines.map(([name, value]) => (
        <li key={name}>
          {name}: {value}
        </li>
      ))}
    </ul>
  );
}
