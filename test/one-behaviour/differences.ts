/** An answer in a form in which equal answers are equal: with names for what is a target's own. */
export interface ComparableAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface TargetAnswer {
  readonly target: string;
  readonly answer: ComparableAnswer;
}

/** Where answers differ, with what each target has there; empty if they are the same to the letter. */
export function findDifferences(answers: readonly TargetAnswer[]): readonly string[] {
  if (new Set(answers.map(({ answer }) => JSON.stringify(answer))).size <= 1) return [];
  const parsed = answers.map(({ target, answer }) => {
    return { target, places: new Map(leavesOf({ ...answer, body: readBody(answer) }, '')) };
  });
  const everywhere = new Set(parsed.flatMap(({ places }) => [...places.keys()]));
  const differing = [...everywhere].filter((place) => new Set(parsed.map(({ places }) => places.get(place))).size > 1);
  if (differing.length === 0) return ['the same members, but in another order or otherwise written'];
  return differing.map((place) => {
    const values = parsed.map(({ target, places }) => `${target}: ${places.get(place) ?? 'nothing'}`);
    return [place, ...values].join('\n      ');
  });
}

function readBody({ headers, body }: ComparableAnswer): unknown {
  if (body === '') return null;
  return headers['content-type']?.startsWith('text/') ? body : (JSON.parse(body) as unknown);
}

/** Each value of a JSON value that holds no others, with where it is. */
function* leavesOf(value: unknown, place: string): Generator<readonly [string, string]> {
  const isContainer = typeof value === 'object' && value !== null && Object.keys(value).length > 0;
  if (!isContainer) {
    yield [place, JSON.stringify(value)];
    return;
  }
  for (const [name, member] of Object.entries(value)) yield* leavesOf(member, `${place}/${name}`);
}
