import { from, meet, upTo } from '../span.ts';
import type { Span } from '../span.ts';

/**
 * One requester's hold on a physical name, and on all that it takes along: they lapse and are given up together. What
 * nobody has been told yet is null, or a wide span.
 */
export interface Hold {
  readonly requester: string;
  readonly metadataJson: string;
  readonly releaseToken: string | null;
  /** By each name that it is on. */
  readonly fencingTokens: Readonly<Record<string, FencingToken>>;
  readonly since: Span;
  /** Null: it never lapses. */
  readonly expires: Span | null;
  /** How long the one is after the other; null if nobody knows, since it was renewed, or if it never lapses. */
  readonly ttlMs: number | null;
}

/** As long as nobody has been told, it may be any above those that had been told of this name before. */
export type FencingToken = number | { readonly above: number };

/** A name with the hold that was made on it, which may be on others too. */
export interface Place {
  /** The last fencing token of this name that anybody was told. */
  readonly lastFencingToken: number;
  /** It may have lapsed: that depends on when one looks. */
  readonly hold: Hold | null;
}

/** What is to be known about some names at one point of an order of calls. */
export interface State {
  /** When the last change was made at the earliest: no later one is decided at an earlier time. */
  readonly clockMs: number;
  readonly places: Readonly<Record<string, Place>>;
}

/** A state at the moment at which a call is decided. */
export interface Moment {
  readonly state: State;
  /** When that may be. */
  readonly window: Span;
  /** Names whose hold has lapsed by then. */
  readonly lapsed: readonly string[];
  readonly hasChanged: boolean;
}

export function initialState(names: readonly string[]): State {
  const place = { lastFencingToken: 0, hold: null };
  return { clockMs: 0, places: Object.fromEntries(names.map((name) => [name, place])) };
}

/** The moment, with the decision at one of these times; none if it can't have been. */
export function narrow(moment: Moment, span: Span): readonly Moment[] {
  const window = meet(moment.window, span);
  return window === undefined ? [] : [{ ...moment, window }];
}

/** Decides for each hold whether it has lapsed. Where both may be, both go on, each at the times that it takes. */
export function settle(moment: Moment): readonly Moment[] {
  let moments: readonly Moment[] = [{ ...moment, lapsed: [] }];
  for (const name of Object.keys(moment.state.places)) {
    moments = moments.flatMap((each) => settlePlace(each, name));
  }
  return moments;
}

/** The hold that was made on the name, if it is live at that moment. */
export function holdAt({ state, lapsed }: Moment, name: string): Hold | null {
  return lapsed.includes(name) ? null : placeOf(state, name).hold;
}

export function placeOf({ places }: State, name: string): Place {
  const place = places[name];
  if (place === undefined) throw new Error(`The specification has no name ${name}.`);
  return place;
}

export function putPlace(moment: Moment, name: string, place: Place): Moment {
  const { state } = moment;
  return { ...moment, state: { ...state, places: { ...state.places, [name]: place } } };
}

/** A hold is live until the time of its expiry, and has lapsed from that time on. */
function settlePlace(moment: Moment, name: string): readonly Moment[] {
  const place = placeOf(moment.state, name);
  const { hold } = place;
  if (hold === null || hold.expires === null) return [moment];
  const { expires } = hold;
  const expiringIn = (span: Span) => (each: Moment) => {
    const narrowed = meet(expires, span);
    return narrowed === undefined ? [] : [putPlace(each, name, { ...place, hold: { ...hold, expires: narrowed } })];
  };
  const { window } = moment;
  const live = narrow(moment, upTo(expires.toMs - 1)).flatMap(expiringIn(from(window.fromMs + 1)));
  const lapsed = narrow(moment, from(expires.fromMs)).flatMap(expiringIn(upTo(window.toMs)));
  return [...live, ...lapsed.map((each) => ({ ...each, lapsed: [...each.lapsed, name] }))];
}
