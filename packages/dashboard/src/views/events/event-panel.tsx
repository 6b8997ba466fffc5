import type { HoldfastEvent } from '@holdfast/sdk';

import { Button } from '../../ui/button.tsx';
import { CodeBlock } from '../../ui/code-block.tsx';
import { DetailList } from '../../ui/detail-list.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ExactTime } from '../../ui/time.tsx';
import { isResourceEvent, partsOf } from './event-parts.ts';

interface EventPanelProps {
  readonly event: HoldfastEvent;
  /** Shows all that happened to a resource. */
  readonly onFilter: (resource: string) => void;
  readonly onClose: () => void;
}

/** An event as the stream and webhooks have it. */
export function EventPanel({ event, onFilter, onClose }: EventPanelProps) {
  const { at, subject, actor } = partsOf(event);
  return (
    <Dialog title={`${event.type} #${event.number}`} placement="side" onClose={onClose}>
      <div className="grid gap-5">
        <DetailList
          items={[
            ['When', <ExactTime at={at} />],
            ['About', subject ?? 'nothing by itself'],
            ['By', actor ?? 'nobody: it lapsed'],
          ]}
        />
        <CodeBlock code={JSON.stringify(event, null, 2)} label="Event as JSON" />
        {isResourceEvent(event) && (
          <div>
            <Button icon="filter" onClick={() => onFilter(event.resource)}>
              All events of this resource
            </Button>
          </div>
        )}
      </div>
    </Dialog>
  );
}
