/** When clients begin, in milliseconds of the world's time: what they are about is there by then. */
export const workBeginsMs = 2_000;

/** Something that goes wrong for a while. Times are milliseconds since {@link workBeginsMs}. */
export type Fault = Span & FaultKind;

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

type FaultKind =
  /** The process dies, and is started anew at the end. */
  | { readonly type: 'kill'; readonly process: number; readonly losesRequests: boolean }
  /** The process stands still: it is swapped out, or its machine is paused. */
  | { readonly type: 'pause'; readonly process: number }
  /** The store refuses everything, or hangs until the end. */
  | { readonly type: 'storeAway'; readonly hangs: boolean }
  /** Some commits of the process are written and their answers lost, or lost before they are written. */
  | { readonly type: 'lostCommits'; readonly process: number }
  /** What the process asks of the store takes so many times as long. */
  | { readonly type: 'slowStore'; readonly process: number; readonly times: number }
  /** Some requests get lost on their way, and some answers. */
  | { readonly type: 'lostMessages' }
  | { readonly type: 'noSweep' }
  /** Some turns to write never come. */
  | { readonly type: 'lostTurns' };

type FaultOf<Type extends Fault['type']> = Fault & { readonly type: Type };

/** What goes wrong when, in milliseconds of the world's time. */
export class Faults {
  readonly #all: readonly Fault[];

  constructor(all: readonly Fault[]) {
    this.#all = all.map((fault) => ({
      ...fault,
      fromMs: workBeginsMs + fault.fromMs,
      toMs: workBeginsMs + fault.toMs,
    }));
  }

  /** When the last one ends. */
  get endMs(): number {
    return Math.max(0, ...this.#all.map(({ toMs }) => toMs));
  }

  /** @param process - Absent: the fault is everybody's. */
  at<Type extends Fault['type']>(type: Type, nowMs: number, process?: number): FaultOf<Type> | undefined {
    return this.#all.find((fault): fault is FaultOf<Type> => {
      const isThen = fault.type === type && fault.fromMs <= nowMs && nowMs < fault.toMs;
      return isThen && (!('process' in fault) || fault.process === process);
    });
  }

  ofType<Type extends Fault['type']>(type: Type): readonly FaultOf<Type>[] {
    return this.#all.filter((fault): fault is FaultOf<Type> => fault.type === type);
  }
}

/** One line for people. */
export function describeFault({ type, fromMs, toMs, ...rest }: Fault): string {
  const more = Object.entries(rest).map(([name, value]) => `${name} ${value}`);
  return [`${workBeginsMs + fromMs} to ${workBeginsMs + toMs} ms: ${type}`, ...more].join(', ');
}
