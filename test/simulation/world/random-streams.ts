import { SeededRandom } from '../../faults/seeded-random.ts';

/** The draws of one purpose that depend on a plan's timing too. */
export function timedRandomFor({ seed, timing }: TimedSeed, purpose: string): SeededRandom {
  return randomFor(seed, timing === 0 ? purpose : `${purpose} ${timing}`);
}

interface TimedSeed {
  readonly seed: number;
  readonly timing: number;
}

/** The draws of one purpose: whatever others draw, these stay the same. */
export function randomFor(seed: number, purpose: string): SeededRandom {
  let mixed = Math.imul(seed ^ 0x85_eb_ca_6b, 0xc2_b2_ae_35);
  for (let index = 0; index < purpose.length; index += 1) {
    mixed = Math.imul(mixed ^ purpose.charCodeAt(index), 0x01_00_01_93);
    mixed ^= mixed >>> 13;
  }
  return new SeededRandom(mixed);
}
