import type { SeededRandom } from '../faults/seeded-random.ts';

/** How something is lost on the way. */
type Loss = 'closes' | 'resets' | 'is silent';

/** What becomes of one request on a lossy network. */
export type Fate =
  | { readonly name: 'answered'; readonly delayMs: number }
  /** It never gets to the server. */
  | { readonly name: 'request lost'; readonly manner: Loss }
  /**
   * It takes effect, and whoever sent it gets no answer or a part of one: with its real length stated, with that part's
   * length stated, or in chunks of which the last is missing. `arrives late`: the sender is cut off before it is
   * forwarded, so that it takes effect when the sender has gone on already.
   */
  | { readonly name: 'answer lost'; readonly manner: Loss | Cut | 'arrives late'; readonly delayMs: number };

type Cut = 'cuts' | 'cuts and says so' | 'cuts between chunks';

/** 20 % of the requests are lost, and 20 % of the answers to the others. */
const pack: readonly Fate['name'][] = [
  ...times<Fate['name']>(5, 'request lost'),
  ...times<Fate['name']>(4, 'answer lost'),
  ...times<Fate['name']>(16, 'answered'),
];

/** Silence is rare because each costs the sender a second or more. */
const requestLosses: readonly Loss[] = [...times<Loss>(7, 'closes'), ...times<Loss>(7, 'resets'), 'is silent'];
const answerLosses: readonly (Loss | Cut | 'arrives late')[] = [
  ...times<Loss>(2, 'closes'),
  ...times<Loss>(2, 'resets'),
  ...times<Cut>(3, 'cuts'),
  ...times<Cut>(3, 'cuts and says so'),
  ...times<Cut>(2, 'cuts between chunks'),
  ...times<'arrives late'>(4, 'arrives late'),
  'is silent',
];

/**
 * Fates without end. They come in packs of 25 in random order, not each by itself, so that after any number of requests
 * 36 % of them are lost, give or take six: what is counted is then not left to chance.
 */
export function* drawFates(random: SeededRandom): Generator<Fate, never> {
  for (;;) for (const name of random.sample(pack, pack.length)) yield fateOf(name, random);
}

function fateOf(name: Fate['name'], random: SeededRandom): Fate {
  if (name === 'answered') return { name, delayMs: random.chance(0.2) ? random.integer(50) : 0 };
  if (name === 'request lost') return { name, manner: random.pick(requestLosses) };
  const manner = random.pick(answerLosses);
  return { name, manner, delayMs: manner === 'arrives late' ? random.integer(400) : 0 };
}

function times<Name>(count: number, name: Name): readonly Name[] {
  return Array<Name>(count).fill(name);
}
