import { expect } from 'vitest';

import type { HeldCredits } from '../../src/index.ts';

export const images = { customer: 'acme', metric: 'image', estimate: 10 };

export const never = () => expect.unreachable('the section ran');

/** A section that goes on until its signal aborts, and then throws the reason. */
export function untilAborted({ signal }: HeldCredits): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}
