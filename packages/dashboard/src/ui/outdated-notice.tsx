import { Button } from './button.tsx';
import { Notice } from './notice.tsx';

/** Above a long list that has changed since it was loaded. */
export function OutdatedNotice({ onRefresh }: { readonly onRefresh: () => void }) {
  return (
    <Notice tone="neutral">
      <div className="flex flex-wrap items-center gap-3">
        <span>This list has changed.</span>
        <Button variant="ghost" icon="refresh" onClick={onRefresh}>
          Load it again
        </Button>
      </div>
    </Notice>
  );
}
