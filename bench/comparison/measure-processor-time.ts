import type { Sample } from '../load/tally.ts';
import { processorSecondsOf } from '../peers/processor-time.ts';

/** What a request cost the servers in processor time. */
export const processorTime = 'server CPU µs/request';

export interface SampleWithExtra extends Sample {
  readonly extra: Readonly<Record<string, number>>;
}

/**
 * Takes a sample and adds what it cost the servers in processor time. That is the steadier figure on a machine that
 * does other things as well, because it leaves waiting out.
 */
export async function measureProcessorTime(
  serverPids: readonly number[],
  takeSample: () => Promise<Sample>,
): Promise<SampleWithExtra> {
  if (serverPids.length === 0) return { ...(await takeSample()), extra: {} };
  const before = processorSecondsOf(serverPids);
  const sample = await takeSample();
  const after = processorSecondsOf(serverPids);
  if (before === undefined || after === undefined) return { ...sample, extra: {} };
  return { ...sample, extra: { [processorTime]: ((after - before) * 1e6) / sample.allRequests } };
}
