import type { WebhookTestResult } from '@holdfast/sdk';

import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { CodeBlock } from '../../ui/code-block.tsx';
import { DetailList } from '../../ui/detail-list.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';

interface TestResultDialogProps {
  readonly result: WebhookTestResult;
  readonly onClose: () => void;
}

/** What an endpoint answered to a `webhook.test`. */
export function TestResultDialog({ result, onClose }: TestResultDialogProps) {
  const { delivered, status, error, body, duration_ms, webhook_id } = result;
  return (
    <Dialog title="Test delivery" onClose={onClose}>
      <div className="grid gap-4">
        <DetailList
          items={[
            ['Outcome', <Badge tone={delivered ? 'positive' : 'negative'}>{delivered ? 'delivered' : 'failed'}</Badge>],
            ['Answer', status ?? error],
            ['Took', `${duration_ms} ms`],
            ['webhook-id', <span className="font-mono text-xs">{webhook_id}</span>],
          ]}
        />
        {body && <CodeBlock code={body} label="Answer’s body" />}
        {!delivered && <p className="text-sm text-muted">Only an answer with 2xx within 15 seconds is a delivery.</p>}
      </div>
      <DialogActions>
        <Button onClick={onClose}>Close</Button>
      </DialogActions>
    </Dialog>
  );
}
