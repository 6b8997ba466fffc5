import { useDeferredValue, useMemo, useState } from 'react';

import { usePlaceQuery } from '../../live/place-query.ts';
import { RequestSample } from '../../session/request-sample.tsx';
import { Badge } from '../../ui/badge.tsx';
import { IconButton } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useDefinitions } from './pool-grid.tsx';
import { toTree } from './tree-nodes.ts';
import type { TreeNode } from './tree-nodes.ts';

interface ResourceTreeProps {
  readonly prefix: string;
  readonly onOpen: (resource: string) => void;
}

/** What is registered in trees: taking a name blocks all that is above and below it. */
export function ResourceTree({ prefix, onOpen }: ResourceTreeProps) {
  const wanted = useDeferredValue(prefix);
  const definitions = useDefinitions();
  const locks = usePlaceQuery({
    family: 'resources',
    key: ['tree'],
    load: async (holdfast, signal) => (await holdfast.resources.list({ limit: 1_000 }, { signal })).reservations,
  });
  const trees = useMemo(() => toTree(definitions.items, locks.data ?? []), [definitions.items, locks.data]);
  const error = definitions.error ?? locks.error;
  if (error) return <ErrorNotice error={error} onRetry={definitions.refresh} />;
  if (definitions.isLoading || locks.isLoading) return <Skeleton className="h-64 w-full" />;
  const shown = trees.filter((node) => hasMatch(node, wanted));
  if (shown.length === 0) return <NoTrees />;
  return (
    <div className="rounded-xl border border-line bg-surface p-2 shadow-card">
      <Nodes nodes={shown} prefix={wanted} onOpen={onOpen} />
    </div>
  );
}

function hasMatch({ name, children }: TreeNode, prefix: string): boolean {
  return name.startsWith(prefix) || children.some((child) => hasMatch(child, prefix));
}

interface NodesProps extends ResourceTreeProps {
  readonly nodes: readonly TreeNode[];
}

function Nodes({ nodes, prefix, onOpen }: NodesProps) {
  return (
    <ul>
      {nodes
        .filter((node) => hasMatch(node, prefix))
        .map((node) =>
          node.children.length === 0 ? (
            <li key={node.name} className="flex h-8 items-center pl-7">
              <NodeName node={node} onOpen={onOpen} />
            </li>
          ) : (
            <Branch key={node.name} node={node} prefix={prefix} onOpen={onOpen} />
          ),
        )}
    </ul>
  );
}

function Branch({ node, prefix, onOpen }: ResourceTreeProps & { readonly node: TreeNode }) {
  const [isOpen, setIsOpen] = useState(true);
  return (
    <li>
      <div className="flex h-8 items-center">
        <IconButton
          icon={isOpen ? 'chevronDown' : 'chevronRight'}
          label={isOpen ? `Close ${node.name}` : `Open ${node.name}`}
          aria-expanded={isOpen}
          onClick={() => setIsOpen(!isOpen)}
        />
        <NodeName node={node} onOpen={onOpen} />
      </div>
      {isOpen && (
        <div className="ml-3.5 border-l border-line pl-2">
          <Nodes nodes={node.children} prefix={prefix} onOpen={onOpen} />
        </div>
      )}
    </li>
  );
}

function NodeName({ node, onOpen }: { readonly node: TreeNode; readonly onOpen: (resource: string) => void }) {
  const { name, holder, heldBelow } = node;
  return (
    <span className="flex min-w-0 items-center gap-2">
      <button
        type="button"
        onClick={() => onOpen(name)}
        className="truncate rounded px-1 font-mono text-xs hover:underline"
      >
        {name}
      </button>
      {holder !== undefined && (
        <Badge tone="accent" hasDot>
          {holder}
        </Badge>
      )}
      {holder === undefined && heldBelow > 0 && <span className="text-xs text-muted">{heldBelow} held below</span>}
    </span>
  );
}

function NoTrees() {
  return (
    <EmptyState
      icon="tree"
      title="No trees here"
      description="In a tree, whoever holds a name holds all below it, and blocks all above it: a building, its floors, their rooms."
    >
      <RequestSample
        label="Register a room on a floor of a building"
        method="POST"
        path="/api/v1/Resource/register"
        body={[{ name: 'room-12', treePath: 'building>floor-1' }]}
        typescript={"await holdfast.resources.register([{ name: 'room-12', treePath: 'building>floor-1' }]);"}
      />
    </EmptyState>
  );
}
