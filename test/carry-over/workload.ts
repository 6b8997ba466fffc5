import { familiesFor } from '../families.ts';
import type { WriteTools } from './family.ts';
import type { Exchange, Request } from './recording.ts';

const families = await familiesFor('carryOver');

/** Something of every kind of record that the engine keeps, and in every state that they can be in. */
export async function writeAll(tools: WriteTools): Promise<void> {
  for (const family of families) await family.write(tools);
}

/** Everything that can be asked of what the writes left. */
export function readsAfter(writes: readonly Exchange[], writtenAtMs: number): readonly Request[] {
  return families.flatMap((family) => family.readsAfter(writes, writtenAtMs));
}
