import type { MeteringRule, Metric } from '@holdfast/sdk';
import { useState } from 'react';

import { useScope } from '../../session/place-context.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { PriceCalculator } from './price-calculator.tsx';
import { emptyDraft, readDraft } from './rule-draft.ts';
import { RuleEditor } from './rule-editor.tsx';
import { describeRule } from './rule-words.ts';

interface MetricPricesProps {
  readonly metric: Metric;
  /** Its rules, the newest first. */
  readonly rules: readonly MeteringRule[];
}

/** What a metric's units cost, did cost, and would cost by another rule. */
export function MetricPrices({ metric, rules }: MetricPricesProps) {
  const [draft, setDraft] = useState(emptyDraft);
  const mayWrite = useScope('credits:write');
  const active = rules.find((rule) => rule.active);
  const [isEditing, setIsEditing] = useState(mayWrite && active === undefined);
  const read = readDraft(draft, metric.key);
  return (
    <div className="grid min-w-0 grid-cols-1 gap-5">
      <Card
        title={metric.key}
        actions={mayWrite && !isEditing && <Button onClick={() => setIsEditing(true)}>New price</Button>}
      >
        <p>{active ? describeRule(active) : 'Nothing says yet what a unit costs, so that it can’t be used.'}</p>
        {metric.description !== null && <p className="mt-1 text-sm text-muted">{metric.description}</p>}
      </Card>
      {isEditing && <RuleEditor draft={draft} read={read} onChange={setDraft} onClose={() => setIsEditing(false)} />}
      <PriceCalculator active={active} draft={isEditing ? read.rule : undefined} />
      {rules.length > 1 && (
        <Card title="Prices before" isFlush>
          <ul className="divide-y divide-line">
            {rules
              .filter((rule) => !rule.active)
              .map((rule) => (
                <li key={rule.id} className="flex flex-wrap justify-between gap-x-3 px-4 py-2 text-sm">
                  <span>{describeRule(rule)}</span>
                  {rule.replaced_at !== null && (
                    <span className="text-muted">
                      replaced <RelativeTime at={rule.replaced_at} />
                    </span>
                  )}
                </li>
              ))}
          </ul>
        </Card>
      )}
    </div>
  );
}
