import { SeededRandom } from '../../faults/seeded-random.ts';

/** The draws of one purpose: whatever others draw, these stay the same. */
export function randomFor(seed: number, purpose: string): SeededRandom {
  let mixed = Math.imul(seed ^ 0x85_eb_ca_6b, 0xc2_b2_ae_35);
  for (let index = 0; index < purpose.length; index += 1) {
    mixed = Math.imul(mixed ^ purpose.charCodeAt(index), 0x01_00_01_93);
    mixed ^= mixed >>> 13;
  }
  return new SeededRandom(mixed);
}
