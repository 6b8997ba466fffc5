import { usePlaceMutation } from '../../live/place-query.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';

interface ForceReleaseProps {
  readonly resource: string;
  readonly holder: string;
  readonly onClose: () => void;
}

/** Asks before it takes something from its holder. */
export function ForceRelease({ resource, holder, onClose }: ForceReleaseProps) {
  const release = usePlaceMutation({
    run: (holdfast) => holdfast.resources.forceRelease(resource),
    families: ['resources'],
    done: ({ status }) => (status === 'RELEASED' ? `${resource} is free` : `${resource} was free already`),
    onSuccess: onClose,
  });
  return (
    <Dialog title={`Take ${resource} from ${holder}?`} onClose={onClose}>
      <p className="text-sm text-muted">
        It becomes free at once, with all that was taken together with it, and anybody may take it. Its holder isn’t
        asked: {holder} learns of it at the next renewal. What checks fencing tokens refuses {holder} once there is a
        new holder.
      </p>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="danger" isBusy={release.isPending} onClick={() => release.mutate(undefined)}>
          Force release
        </Button>
      </DialogActions>
    </Dialog>
  );
}
