import type { Changes, Records } from '../record-access.ts';
import { usageSlotKind } from './records.ts';
import type { Step, UsageSlot } from './records.ts';
import { slotSeconds } from './slots.ts';
import type { SlotRange } from './slots.ts';

/** More slots than there are between the latest sample that is accepted and the earliest. */
const mostSlotsChanged = 200;

/** Changes the level from each step's second on: within its slot, and where all later slots start. */
export function addSteps(changes: Changes, partition: string, steps: readonly Step[]): void {
  if (steps.length === 0) return;
  const stepsBySlot = groupBySlot(steps);
  const from = [...stepsBySlot.keys()].sort()[0] ?? '';
  const rows = changes.range({ kind: usageSlotKind, partition, from, limit: mostSlotsChanged });
  const known = new Map(rows.map(({ id, value }) => [id, value]));
  let endLevelGb = levelBefore(changes, partition, from);
  let riseGb = 0;
  for (const id of [...new Set([...known.keys(), ...stepsBySlot.keys()])].sort()) {
    const before = known.get(id);
    const added = stepsBySlot.get(id) ?? [];
    const startLevelGb = before === undefined ? endLevelGb : before.startLevelGb + riseGb;
    const slot = { startLevelGb, steps: mergeSteps(before?.steps ?? [], added) };
    if (riseGb !== 0 || added.length > 0) changes.put(usageSlotKind, partition, id, slot);
    endLevelGb = endLevelOf(slot);
    riseGb += sum(added);
  }
}

/** Each slot of a range, in order. Amounts are GB. */
export function readUsageSlots(records: Records, partition: string, range: SlotRange): readonly UsageSlot[] {
  const { fromSlot, toSlot } = range;
  const [from, to, limit] = [usageSlotId(fromSlot), usageSlotId(toSlot), toSlot - fromSlot];
  const rows = records.range({ kind: usageSlotKind, partition, from, to, limit });
  const known = new Map(rows.map(({ id, value }) => [id, value]));
  let endLevelGb = levelBefore(records, partition, from);
  return Array.from({ length: limit }, (_, index) => {
    const slot = known.get(usageSlotId(fromSlot + index)) ?? { startLevelGb: endLevelGb, steps: [] };
    endLevelGb = endLevelOf(slot);
    return slot;
  });
}

/** At what level the slots before this one ended. */
function levelBefore(records: Records, partition: string, id: string): number {
  const [before] = records.range({ kind: usageSlotKind, partition, to: id, descending: true, limit: 1 });
  return before === undefined ? 0 : endLevelOf(before.value);
}

function endLevelOf({ startLevelGb, steps }: UsageSlot): number {
  return startLevelGb + sum(steps);
}

function groupBySlot(steps: readonly Step[]): ReadonlyMap<string, readonly Step[]> {
  const groups = new Map<string, Step[]>();
  for (const step of steps) {
    const id = usageSlotId(Math.floor(step.second / slotSeconds));
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [step]);
    else group.push(step);
  }
  return groups;
}

/** Steps of one slot as one row of steps, each second once. */
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

/** Ids go in the order of time. Before 1970 nobody used anything. */
function usageSlotId(slot: number): string {
  return String(Math.max(0, slot)).padStart(10, '0');
}
