/** Variables of a client on the same machine, which mean nothing to the server. */
const clientVariables = new Set(['HOLDFAST_API_KEY', 'HOLDFAST_BASE_URL', 'HOLDFAST_URL']);

/** Kubernetes and Docker links set these for a service that is called `holdfast`. */
const linkVariable = /^HOLDFAST_(?:SERVICE_(?:HOST|PORT)|PORT)(?:_|$)/u;

/** The most letters that a misspelt name may have wrong for us to guess the right one. */
const mostTypingErrors = 5;

/** A sentence for each variable that looks like one of ours and isn't: a setting that silently does nothing is a trap. */
export function explainUnknownVariables(given: readonly string[], known: readonly string[]): readonly string[] {
  return given
    .filter((name) => name.startsWith('HOLDFAST_') && !known.includes(name))
    .filter((name) => !clientVariables.has(name) && !linkVariable.test(name))
    .map((name) => {
      const closest = findClosest(name, known);
      const hint = closest === undefined ? `the variables are ${known.join(', ')}.` : `did you mean ${closest}?`;
      return `${name} is not a variable that Holdfast knows; ${hint}`;
    });
}

function findClosest(name: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((candidate) => ({ candidate, distance: countTypingErrors(name, candidate) }))
    .toSorted((one, other) => one.distance - other.distance);
  const [best] = ranked;
  return best !== undefined && best.distance <= mostTypingErrors ? best.candidate : undefined;
}

/** Levenshtein's distance: letters to add, leave out or replace. */
function countTypingErrors(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [line, letter] of [...one].entries()) {
    const next = [line + 1];
    for (const [column, candidate] of [...other].entries()) {
      const replaced = (row[column] ?? 0) + (letter === candidate ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
