import type { ResourceState } from '@holdfast/sdk';
import { useState } from 'react';

import { usePlaceQuery } from '../../live/place-query.ts';
import { useScope } from '../../session/place-context.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { CodeBlock } from '../../ui/code-block.tsx';
import { DetailList } from '../../ui/detail-list.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Countdown, ExactTime } from '../../ui/time.tsx';
import { ForceRelease } from './force-release.tsx';
import { LockHistory } from './lock-history.tsx';

interface LockDetailsProps {
  readonly resource: string;
  readonly onClose: () => void;
}

/** All about one resource: who holds it, what happened to it, and the way to free it. */
export function LockDetails({ resource, onClose }: LockDetailsProps) {
  const { data, error } = usePlaceQuery({
    family: 'resources',
    key: ['resource', resource],
    load: (holdfast, signal) => holdfast.resources.get(resource, { signal }),
  });
  return (
    <Dialog title={resource} onClose={onClose} placement="side">
      {error && <ErrorNotice error={error} />}
      {data === undefined && !error && <Skeleton className="h-52 w-full" />}
      {data && <LockState state={data} />}
      <h3 className="mt-7 mb-2 text-sm font-semibold">History</h3>
      <LockHistory resource={resource} />
    </Dialog>
  );
}

function LockState({ state }: { readonly state: ResourceState }) {
  const mayRelease = useScope('resources:admin');
  const [isReleasing, setIsReleasing] = useState(false);
  const { resource, status, requester, resourceType, reservedAt, expiresAt, fencingToken, metadata } = state;
  const isHeld = status === 'HELD';
  if (requester === null) {
    return (
      <Badge tone={isHeld ? 'accent' : 'positive'} hasDot>
        {describeFree(state)}
      </Badge>
    );
  }
  return (
    <div className="grid grid-cols-1 gap-4">
      <div className="flex items-center justify-between gap-3">
        <Badge tone="accent" hasDot>
          Held
        </Badge>
        {mayRelease && (
          <Button icon="unlock" onClick={() => setIsReleasing(true)}>
            Force release
          </Button>
        )}
      </div>
      <DetailList
        items={[
          ['Held by', requester],
          ['Type', resourceType],
          ['Since', reservedAt && <ExactTime at={reservedAt} />],
          ['Lapses in', expiresAt === null ? 'never' : <Countdown until={expiresAt} />],
          ['Fencing token', fencingToken],
        ]}
      />
      {metadata && <CodeBlock code={JSON.stringify(metadata, undefined, 2)} label="Metadata" />}
      {isReleasing && <ForceRelease resource={resource} holder={requester} onClose={() => setIsReleasing(false)} />}
    </div>
  );
}

function describeFree({ capacity, free, status }: ResourceState): string {
  if (capacity !== null) return `${free} of ${capacity} slots are free`;
  return status === 'HELD' ? 'Held' : 'Free';
}
