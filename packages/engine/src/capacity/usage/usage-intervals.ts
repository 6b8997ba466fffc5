import type { Changes, Records } from '../../kernel/record-access.ts';
import { intervalSeconds } from '../intervals.ts';
import type { IntervalRange } from '../intervals.ts';
import { usageIntervalKind } from '../records.ts';
import type { Step, UsageInterval } from '../records.ts';

/** More intervals than lie between the earliest and the latest sample accepted. */
const mostIntervalsChanged = 200;

/**
 * Changes the level from each step's second on, within its interval and at the start of all later ones. Returns the
 * highest level reached, in GB.
 */
export function addSteps(changes: Changes, partition: string, steps: readonly Step[]): number {
  if (steps.length === 0) return 0;
  const stepsByInterval = groupByInterval(steps);
  const from = [...stepsByInterval.keys()].sort()[0] ?? '';
  const rows = changes.range({ kind: usageIntervalKind, partition, from, limit: mostIntervalsChanged });
  const known = new Map(rows.map(({ id, value }) => [id, value]));
  let endLevelGb = levelBefore(changes, partition, from);
  let riseGb = 0;
  let highestGb = 0;
  for (const id of [...new Set([...known.keys(), ...stepsByInterval.keys()])].sort()) {
    const before = known.get(id);
    const added = stepsByInterval.get(id) ?? [];
    const startLevelGb = before === undefined ? endLevelGb : before.startLevelGb + riseGb;
    const interval = { startLevelGb, steps: mergeSteps(before?.steps ?? [], added) };
    if (riseGb !== 0 || added.length > 0) {
      changes.put(usageIntervalKind, partition, id, interval);
      highestGb = Math.max(highestGb, highestLevelOf(interval));
    }
    endLevelGb = endLevelOf(interval);
    riseGb += sum(added);
  }
  return highestGb;
}

/** Each interval of a range, in order. Amounts are GB. */
export function readUsageIntervals(
  records: Records,
  partition: string,
  range: IntervalRange,
): readonly UsageInterval[] {
  const { fromInterval, toInterval } = range;
  const [from, to, limit] = [usageIntervalId(fromInterval), usageIntervalId(toInterval), toInterval - fromInterval];
  const rows = records.range({ kind: usageIntervalKind, partition, from, to, limit });
  const known = new Map(rows.map(({ id, value }) => [id, value]));
  let endLevelGb = levelBefore(records, partition, from);
  return Array.from({ length: limit }, (_, index) => {
    const interval = known.get(usageIntervalId(fromInterval + index)) ?? { startLevelGb: endLevelGb, steps: [] };
    endLevelGb = endLevelOf(interval);
    return interval;
  });
}

/** The level at which the interval before ended. */
function levelBefore(records: Records, partition: string, id: string): number {
  const [before] = records.range({ kind: usageIntervalKind, partition, to: id, descending: true, limit: 1 });
  return before === undefined ? 0 : endLevelOf(before.value);
}

function endLevelOf({ startLevelGb, steps }: UsageInterval): number {
  return startLevelGb + sum(steps);
}

function highestLevelOf({ startLevelGb, steps }: UsageInterval): number {
  let [levelGb, highestGb] = [startLevelGb, startLevelGb];
  for (const { changeGb } of steps) {
    levelGb += changeGb;
    highestGb = Math.max(highestGb, levelGb);
  }
  return highestGb;
}

function groupByInterval(steps: readonly Step[]): ReadonlyMap<string, readonly Step[]> {
  const groups = new Map<string, Step[]>();
  for (const step of steps) {
    const id = usageIntervalId(Math.floor(step.second / intervalSeconds));
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [step]);
    else group.push(step);
  }
  return groups;
}

/** The steps of one interval merged, each second once. */
function mergeSteps(before: readonly Step[], added: readonly Step[]): readonly Step[] {
  const changes = new Map<number, number>();
  for (const { second, changeGb } of [...before, ...added]) changes.set(second, (changes.get(second) ?? 0) + changeGb);
  return Array.from(changes, ([second, changeGb]) => ({ second, changeGb }))
    .filter(({ changeGb }) => changeGb !== 0)
    .sort((left, right) => left.second - right.second);
}

function sum(steps: readonly Step[]): number {
  return steps.reduce((total, { changeGb }) => total + changeGb, 0);
}

/** Ids sort by time; none is before 1970. */
function usageIntervalId(interval: number): string {
  return String(Math.max(0, interval)).padStart(10, '0');
}
