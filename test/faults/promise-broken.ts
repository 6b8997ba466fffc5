import type { BrokenPromise } from './family.ts';

/** So many of them are shown; the first ones tell most. */
const mostShown = 5;

/** The error of a test that found promises broken: each one with what the journal and the server say. */
export function promiseBroken(broken: readonly BrokenPromise[], circumstances: string): Error {
  const shown = broken
    .slice(0, mostShown)
    .flatMap(({ promise, evidence }) => [`BROKEN: ${promise}`, ...evidence.map((line) => `  ${line}`)]);
  const rest = broken.length > mostShown ? [`… and ${broken.length - mostShown} more.`] : [];
  return new Error([`${broken.length} promises broken. ${circumstances}`, ...shown, ...rest].join('\n'));
}
