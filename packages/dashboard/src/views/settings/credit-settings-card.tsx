import type { CreditSettings } from '@holdfast/sdk';
import { useState } from 'react';

import { usePlaceQuery } from '../../live/place-query.ts';
import { useScope } from '../../session/place-context.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { DetailList } from '../../ui/detail-list.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { formatCredits } from '../../ui/format.ts';
import { Skeleton } from '../../ui/skeleton.tsx';
import { CreditSettingsDialog } from './credit-settings-dialog.tsx';
import { policyNames } from './overage-policies.ts';

export function CreditSettingsCard() {
  const mayChange = useScope('credits:admin');
  const mayRead = useScope('credits:read');
  const [isEditing, setIsEditing] = useState(false);
  const { data, error, refetch } = usePlaceQuery({
    family: 'settings',
    key: ['credit-settings'],
    load: (holdfast, signal) => holdfast.credits.settings({ signal }),
    enabled: mayRead,
  });
  if (!mayRead) return null;
  return (
    <Card
      title="Credits"
      actions={
        mayChange &&
        data && (
          <Button icon="edit" onClick={() => setIsEditing(true)}>
            Edit
          </Button>
        )
      }
    >
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data ? <CreditFacts settings={data} /> : !error && <Skeleton className="h-24" />}
      {isEditing && data && <CreditSettingsDialog settings={data} onClose={() => setIsEditing(false)} />}
    </Card>
  );
}

function CreditFacts({ settings }: { readonly settings: CreditSettings }) {
  const { overage_policy, overage_limit, emit_reservation_expired, balance_thresholds } = settings;
  return (
    <DetailList
      items={[
        ['Usage beyond the balance', policyNames[overage_policy]],
        ['At most', overage_limit === null ? 'no limit' : `${formatCredits(overage_limit)} credits below 0`],
        [
          'A balance is low below',
          balance_thresholds.length === 0 ? 'nothing' : `${balance_thresholds.map(formatCredits).join(', ')} credits`,
        ],
        ['Events of holds that lapse', emit_reservation_expired ? 'yes' : 'no'],
      ]}
    />
  );
}
