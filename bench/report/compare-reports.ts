import { isDeepStrictEqual } from 'node:util';

import { UsageError } from '../command-options.ts';
import type { CaseResult, Ratio, Rounds, Row } from '../comparison/bench-case.ts';
import { spreadOf } from '../comparison/ratios.ts';
import { describeRounds, toText } from './print-report.ts';
import type { Report } from './report.ts';
import { toTable } from './table.ts';

/**
 * What changed from one report to another, case by case: medians, and the ratio of the new one to the old one.
 *
 * @throws {@link UsageError} if they are of different families.
 */
export function compareReports(before: Report, after: Report): string {
  if (before.family !== after.family) {
    throw new UsageError(`One report is of ${before.family}, the other of ${after.family}.`);
  }
  const pairs = pairUp(before.cases, after.cases, ({ name }) => name);
  return [
    ...differencesOf(before, after).map((difference) => `NOT COMPARABLE: ${difference}`),
    ...pairs.both.map(([one, other]) => describeChange(one, other)),
    ...describeUnpaired('case', pairs),
  ].join('\n');
}

/** What was different besides Holdfast, so that figures may differ by that alone. */
function differencesOf(before: Report, after: Report): readonly string[] {
  const circumstancesOf = ({ machine, versions, plan, rounds, isQuick, keys }: Report) => {
    const { loadAverage: _differsAlways, ...ofMachine } = machine;
    return { ...ofMachine, ...versions, ...plan, rounds, isQuick, keys: keys ?? 'in order' };
  };
  const [old, now] = [circumstancesOf(before), circumstancesOf(after)] as Readonly<Record<string, unknown>>[];
  const names = [...new Set([...Object.keys(old ?? {}), ...Object.keys(now ?? {})])];
  return [
    ...names
      .filter((name) => !isDeepStrictEqual(old?.[name], now?.[name]))
      .map((name) => `${name} ${String(old?.[name] ?? 'absent')} → ${String(now?.[name] ?? 'absent')}`),
    ...(after.isQuick || before.isQuick ? ['--quick measures nothing'] : []),
  ];
}

function describeChange(before: CaseResult, after: CaseResult): string {
  const rows = pairUp(before.rows, after.rows, ({ contender }) => contender);
  const ratios = pairUp(before.ratios, after.ratios, nameOfRatio);
  return [
    `\n## ${after.name}: ${after.title}\n`,
    ...[before, after].flatMap(({ isValid }, index) =>
      isValid ? [] : [`NOT COMPARABLE: the ${index === 0 ? 'old' : 'new'} case is not valid`],
    ),
    ...(rows.both.length > 0 ? [toTable([head, ...rows.both.flatMap(([one, other]) => toLines(one, other))])] : []),
    ...ratios.both.map(([one, other]) => `${nameOfRatio(other)}: ${describeSpread(one)} → ${describeSpread(other)}`),
    ...describeUnpaired('contender', rows),
  ].join('\n');
}

const head = ['contender', 'measure', 'old median (min–max)', 'new median (min–max)', 'new / old'];

function toLines(before: Row, after: Row): readonly (readonly string[])[] {
  const names = Object.keys(after.measures).filter((name) => name in before.measures);
  return names.map((name) => {
    const [old, now] = [before.measures[name] ?? [], after.measures[name] ?? []];
    return [after.contender, name, describeRounds(old), describeRounds(now), describeRatio(old, now)];
  });
}

/** Rounds of different runs have nothing in common, so the range is the widest that they allow. */
function describeRatio(before: Rounds, after: Rounds): string {
  const [old, now] = [spreadOf(before), spreadOf(after)];
  return describeSpread({ median: now.median / old.median, min: now.min / old.max, max: now.max / old.min });
}

function describeSpread({ median, min, max }: Pick<Ratio, 'median' | 'min' | 'max'>): string {
  const [middle, least, greatest] = [median, min, max].map((value) => toText(Number(value?.toFixed(2) ?? NaN)));
  return `${middle} (${least}–${greatest})`;
}

function nameOfRatio({ of, to, measure }: Ratio): string {
  return `${of} / ${to}, ${measure}`;
}

interface Pairs {
  readonly onlyBefore: readonly string[];
  readonly onlyAfter: readonly string[];
}

function pairUp<Item>(before: readonly Item[], after: readonly Item[], nameOf: (item: Item) => string) {
  const named = (items: readonly Item[]) => new Map(items.map((item) => [nameOf(item), item]));
  const [old, now] = [named(before), named(after)];
  return {
    both: [...now].flatMap(([name, item]) => (old.has(name) ? [[old.get(name) as Item, item] as const] : [])),
    onlyBefore: [...old.keys()].filter((name) => !now.has(name)),
    onlyAfter: [...now.keys()].filter((name) => !old.has(name)),
  };
}

function describeUnpaired(what: string, { onlyBefore, onlyAfter }: Pairs): readonly string[] {
  return [
    ...onlyBefore.map((name) => `only in the old report: ${what} ${name}`),
    ...onlyAfter.map((name) => `only in the new report: ${what} ${name}`),
  ];
}
