import type { CreateMeteringRuleRequest, MeteringRule } from '@holdfast/sdk';
import { useState } from 'react';

import { Card } from '../../ui/card.tsx';
import { Field } from '../../ui/field.tsx';
import { formatCredits, formatNumber } from '../../ui/format.ts';
import { parseUnits } from './amounts.ts';
import { billFor, totalOf } from './pricing.ts';
import type { Prices } from './pricing.ts';
import { describeLine } from './rule-words.ts';

interface PriceCalculatorProps {
  readonly active: MeteringRule | undefined;
  /** A rule that is being written, to compare with. */
  readonly draft: CreateMeteringRuleRequest | undefined;
}

/** So that a price can be seen at all sizes at once. */
const samples = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000];

/** What so many units cost, line by line, now and by the rule that is being written. */
export function PriceCalculator({ active, draft }: PriceCalculatorProps) {
  const [text, setText] = useState('100');
  const units = parseUnits(text);
  return (
    <Card title="Price calculator">
      <div className="grid gap-5">
        <div className="w-44">
          <Field
            label="Units"
            inputMode="numeric"
            value={text}
            onChange={({ target }) => setText(target.value)}
            error={units === undefined ? 'A whole number.' : undefined}
          />
        </div>
        <div className="grid gap-x-8 gap-y-4 sm:grid-cols-2" role="status">
          {active && <Bill title="Now" prices={active} units={units ?? 0} />}
          {draft && <Bill title="By the new price" prices={draft} units={units ?? 0} />}
        </div>
        {(active ?? draft) && <SampleTable active={active} draft={draft} />}
      </div>
    </Card>
  );
}

interface BillProps {
  readonly title: string;
  readonly prices: Prices;
  readonly units: number;
}

function Bill({ title, prices, units }: BillProps) {
  const lines = billFor(prices, units);
  return (
    <div className="min-w-0">
      <p className="text-xs text-muted">{title}</p>
      <p className="text-xl font-semibold tracking-tight tabular-nums">
        {lines ? `${formatCredits(totalOf(lines))} credits` : 'Too much to be kept exactly'}
      </p>
      <ul className="mt-1 text-xs text-muted tabular-nums">
        {lines?.map((line) => (
          <li key={line.fromUnit} className="flex justify-between gap-3">
            <span>
              {lines.length > 1 && `Units ${formatNumber(line.fromUnit)}–${formatNumber(line.toUnit)}: `}
              {describeLine(line)}
            </span>
            {lines.length > 1 && <span>{formatCredits(line.cost)}</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}

function SampleTable({ active, draft }: PriceCalculatorProps) {
  const rules = [
    { name: 'Now', prices: active },
    { name: 'New', prices: draft },
  ].flatMap(({ name, prices }) => (prices ? [{ name, prices }] : []));
  return (
    <table className="w-full text-sm tabular-nums">
      <thead className="text-xs text-muted">
        <tr className="border-b border-line">
          <th scope="col" className="py-1.5 text-left font-medium">
            Units
          </th>
          {rules.map(({ name }) => (
            <th key={name} scope="col" className="py-1.5 text-right font-medium">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {samples.map((units) => (
          <tr key={units} className="border-b border-line last:border-0">
            <td className="py-1.5">{formatNumber(units)}</td>
            {rules.map(({ name, prices }) => (
              <td key={name} className="py-1.5 text-right">
                {priceWords(prices, units)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function priceWords(prices: Prices, units: number): string {
  const lines = billFor(prices, units);
  return lines ? formatCredits(totalOf(lines)) : '–';
}
