import { Button } from '../ui/button.tsx';
import { CodeBlock } from '../ui/code-block.tsx';
import { Dialog } from '../ui/dialog.tsx';
import type { FirstKeys, Session } from './session-api.ts';

interface FirstKeysDialogProps {
  readonly session: Session;
  readonly firstKeys: ReadonlyMap<string, FirstKeys>;
  readonly onClose: () => void;
}

/** The keys of new tenants. The server keeps only their hashes, so this is the one time that they can be read. */
export function FirstKeysDialog({ session, firstKeys, onClose }: FirstKeysDialogProps) {
  const nameOf = (tenantId: string) =>
    session.memberships.find((membership) => membership.tenantId === tenantId)?.tenantName ?? tenantId;
  return (
    <Dialog title="Your API keys" onClose={onClose}>
      <p className="text-muted">
        Copy them now: the server keeps only their hashes, so nobody can show them again. You can create others at any
        time.
      </p>
      {[...firstKeys].map(([tenantId, keys]) => (
        <section key={tenantId} className="mt-5 grid grid-cols-1 gap-3">
          {firstKeys.size > 1 && <h3 className="font-medium">{nameOf(tenantId)}</h3>}
          <KeyRow label="Test" hint="for trying things out" value={keys.test} />
          <KeyRow label="Live" hint="for what counts" value={keys.live} />
        </section>
      ))}
      <div className="mt-6 flex justify-end">
        <Button variant="primary" onClick={onClose}>
          I have copied them
        </Button>
      </div>
    </Dialog>
  );
}

function KeyRow({ label, hint, value }: { readonly label: string; readonly hint: string; readonly value: string }) {
  return (
    <div>
      <p className="mb-1 text-sm">
        <span className="font-medium">{label}</span> <span className="text-muted">{hint}</span>
      </p>
      <CodeBlock code={value} label={`${label} API key`} />
    </div>
  );
}
