import { createInterface } from 'node:readline/promises';

import { CommandError, UsageError } from '../exit-codes.ts';

/** Where a question is asked and answered. */
export interface Dialogue {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

/**
 * Asks before what can't be undone. Answers on its own with `--yes`; where nobody can be asked, that is needed.
 *
 * @throws {@link UsageError} when there is nobody to ask.
 * @throws {@link CommandError} when the answer isn't yes.
 */
export async function confirm(
  question: string,
  isSure: boolean,
  { input, output }: Dialogue = { input: process.stdin, output: process.stderr },
): Promise<void> {
  if (isSure) return;
  if (input.isTTY !== true) throw new UsageError(`${question} There is nobody to ask: --yes says that it is meant.`);
  const dialogue = createInterface({ input, output });
  try {
    // Whoever ends the input instead has not said yes.
    const ended = new Promise<string>((resolve) => dialogue.once('close', () => resolve('')));
    const answer = await Promise.race([dialogue.question(`${question} [y/N] `), ended]);
    if (!/^y(?:es)?$/iu.test(answer.trim())) throw new CommandError('Nothing was done.');
  } finally {
    dialogue.close();
  }
}
