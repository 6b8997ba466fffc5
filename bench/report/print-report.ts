import type { Aim, CaseResult, Ratio, Row } from '../comparison/bench-case.ts';
import { spreadOf } from '../comparison/ratios.ts';
import type { Machine } from './machine.ts';
import { toTable } from './table.ts';

const inMemoryWarning = 'The scratch folder is in memory, where durable costs nothing: choose another by --scratch.';

export function describeMachineInWords(machine: Machine, versions: Readonly<Record<string, string>>): string {
  const { cores, processor, memoryGiB, node, loadAverage, scratchIsInMemory } = machine;
  const peers = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${cores} cores (${processor}), ${memoryGiB} GiB, Node ${node}, load average ${loadAverage} at the start`,
    ...(peers.length > 0 ? [peers.join(', ')] : []),
    ...(scratchIsInMemory ? [inMemoryWarning] : []),
  ].join('\n');
}

/** One case for people: medians with least and greatest, ratios, aims, and what is missing or wrong. */
export function describeCase(result: CaseResult): string {
  const { name, title, rows, ratios, aims, leftOut, wrongAnswers, notes, isValid, seconds } = result;
  return [
    `\n## ${name}: ${title} (${seconds.toFixed(0)} s)\n`,
    ...(rows.length > 0 ? [describeRows(rows)] : []),
    ...ratios.map(describeRatio),
    ...aims.map(describeAim),
    ...leftOut.map(({ contender, reason }) => `left out: ${contender}: ${reason}`),
    ...notes,
    ...(isValid ? [] : ['THIS CASE IS NOT VALID:', ...wrongAnswers]),
  ].join('\n');
}

export function describeAims(results: readonly CaseResult[]): string {
  const lines = results.flatMap(({ name, isValid, aims }) =>
    aims.map((aim) => `${describeAim(aim)}   [${name}${isValid ? '' : ', NOT VALID'}]`),
  );
  return ['\n## Aims\n', ...lines].join('\n');
}

function describeRows(rows: readonly Row[]): string {
  const measures = [...new Set(rows.flatMap(({ measures }) => Object.keys(measures)))];
  const lines = rows.map((row) => [row.contender, ...measures.map((name) => describeRounds(row.measures[name] ?? []))]);
  return toTable([['median (min–max)', ...measures], ...lines]);
}

export function describeRounds(rounds: readonly (number | null)[]): string {
  if (rounds.every((value) => value === null)) return '';
  const { min, median, max } = spreadOf(rounds);
  return rounds.length === 1 ? toText(median) : `${toText(median)} (${toText(min)}–${toText(max)})`;
}

function describeRatio({ of, to, measure, min, median, max }: Ratio): string {
  return `${of} / ${to}, ${measure}: ${median.toFixed(2)} (min ${min.toFixed(2)}, max ${max.toFixed(2)})`;
}

function describeAim({ text, measured, isMet }: Aim): string {
  return `aim ${isMet ? 'met' : 'NOT MET'}: ${text}: ${toText(measured)}`;
}

/** Three digits are all that such a measurement is good for. */
export function toText(value: number): string {
  if (Number.isNaN(value)) return '–';
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}
