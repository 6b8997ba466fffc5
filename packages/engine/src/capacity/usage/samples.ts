import type { Changes, Row } from '../../kernel/record-access.ts';
import { sampleKind, workloadKind } from '../records.ts';
import type { Sample, Step } from '../records.ts';
import { addSteps } from './usage-intervals.ts';

/** What a workload uses from a time on, until its next sample. */
export interface SampleCommand {
  readonly workloadId: string;
  readonly atMs: number;
  readonly memoryGb: number;
}

/** How late a sample may be. */
export const latestSampleMs = 24 * 60 * 60 * 1_000;

/** How far ahead of ours a sender's clock may be. */
export const earliestSampleMs = 60 * 1_000;

/** A sample is read when earlier ones arrive, so it is kept for as long as those may. */
const sampleKeptMs = latestSampleMs + 2 * earliestSampleMs;

/** Later than every time that an id can hold. */
const endOfTimeMs = 999_999_999_999_999;

/** New samples of one workload by time, with no known sample between them. */
interface Stretch {
  readonly workloadId: string;
  readonly commands: SampleCommand[];
  /** The known sample that follows; undefined: none does. */
  readonly next: Row<Sample> | undefined;
}

/** The outcome of recording samples. */
export interface RecordedSamples {
  /** Number of new samples. */
  readonly count: number;
  /** The highest level from the first new sample on. */
  readonly highestGb: number;
}

/** Records the samples that are new. Of several for one workload and time the first counts. */
export function recordSamples(
  changes: Changes,
  partition: string,
  commands: readonly SampleCommand[],
): RecordedSamples {
  const stretches = findStretches(changes, partition, commands);
  const steps = stretches.flatMap((stretch) => recordStretch(changes, partition, stretch));
  const highestGb = addSteps(changes, partition, steps);
  return { count: stretches.reduce((count, stretch) => count + stretch.commands.length, 0), highestGb };
}

function findStretches(changes: Changes, partition: string, commands: readonly SampleCommand[]): readonly Stretch[] {
  const stretches = new Map<string, Stretch>();
  const seen = new Set<string>();
  const inOrder = [...commands].sort((left, right) => left.atMs - right.atMs); // Stable: the first stays the first.
  changes.forEach(inOrder, (command) => {
    const { workloadId, atMs } = command;
    const id = sampleId(workloadId, atMs);
    const next = findNext(changes, partition, command);
    if (next?.id === id || seen.has(id)) return;
    seen.add(id);
    const key = next?.id ?? workloadId;
    const stretch = stretches.get(key);
    if (stretch === undefined) stretches.set(key, { workloadId, commands: [command], next });
    else stretch.commands.push(command);
  });
  return [...stretches.values()];
}

/** The workload's first sample at that time or after it. */
function findNext(changes: Changes, partition: string, { workloadId, atMs }: SampleCommand): Row<Sample> | undefined {
  const workload = changes.get(workloadKind, partition, workloadId);
  if (workload === undefined || workload.lastAtMs < atMs) return undefined;
  const from = sampleId(workloadId, atMs);
  const [next] = changes.range({ kind: sampleKind, partition, from, to: sampleId(workloadId, endOfTimeMs), limit: 1 });
  if (next === undefined) throw new Error(`The last sample of workload ${workloadId} is gone.`);
  return next;
}

/** Records the samples, and returns how they change the org's level. */
function recordStretch(changes: Changes, partition: string, { workloadId, commands, next }: Stretch): readonly Step[] {
  const memoryGbAtFirst = next?.value.memoryGbBefore ?? changes.get(workloadKind, partition, workloadId)?.memoryGb ?? 0;
  let memoryGbBefore = memoryGbAtFirst;
  const steps = commands.map(({ atMs, memoryGb }): Step => {
    const step = { second: secondOf(atMs), changeGb: memoryGb - memoryGbBefore };
    const purgeAtMs = atMs + sampleKeptMs;
    changes.put(sampleKind, partition, sampleId(workloadId, atMs), { memoryGb, memoryGbBefore, purgeAtMs });
    memoryGbBefore = memoryGb;
    return step;
  });
  if (next === undefined) {
    keepWorkload(changes, partition, commands.at(-1) as SampleCommand);
    return steps;
  }
  changes.put(sampleKind, partition, next.id, { ...next.value, memoryGbBefore });
  return [...steps, { second: secondOf(timeOf(next.id)), changeGb: memoryGbAtFirst - memoryGbBefore }];
}

function keepWorkload(changes: Changes, partition: string, { workloadId, atMs, memoryGb }: SampleCommand): void {
  const purgeAtMs = memoryGb === 0 ? atMs + sampleKeptMs : null;
  changes.put(workloadKind, partition, workloadId, { lastAtMs: atMs, memoryGb, purgeAtMs });
}

/** The level is read at the start of each second, so a sample counts from the next second on. */
function secondOf(atMs: number): number {
  return Math.ceil(atMs / 1_000);
}

function sampleId(workloadId: string, atMs: number): string {
  return `${workloadId}\u001f${String(atMs).padStart(15, '0')}`;
}

function timeOf(id: string): number {
  return Number(id.slice(id.lastIndexOf('\u001f') + 1));
}
