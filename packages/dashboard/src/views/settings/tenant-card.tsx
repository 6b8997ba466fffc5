import { PlaceLink } from '../../app/place-link.tsx';
import { usePlaceQuery } from '../../live/place-query.ts';
import { usePlace } from '../../session/place-context.ts';
import { Card } from '../../ui/card.tsx';
import { DetailList } from '../../ui/detail-list.tsx';

/** What anybody may know of the tenant. Operators change it among all tenants. */
export function TenantCard() {
  const { tenantId, tenantName, environment } = usePlace();
  const { data } = usePlaceQuery({
    family: 'access',
    key: ['limits'],
    load: (holdfast, signal) => holdfast.limits({ signal }),
  });
  return (
    <Card title="Tenant">
      <DetailList
        items={[
          ['Name', tenantName],
          ['Id', <span className="font-mono text-xs">{tenantId}</span>],
          ['Environment', environment],
          [
            'Tier',
            <PlaceLink to="limits" className="underline">
              {data?.tier ?? '…'}
            </PlaceLink>,
          ],
        ]}
      />
    </Card>
  );
}
