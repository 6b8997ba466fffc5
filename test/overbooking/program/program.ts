import type { Request } from '../model/request.ts';

/** What happens to one pool of capacity. */
export interface Program {
  readonly processCount: number;
  readonly steps: readonly Step[];
}

export type Step =
  /** Requests that are sent at the same time, each to one of the processes. */
  | { readonly type: 'together'; readonly sent: readonly Sent[] }
  | { readonly type: 'pass'; readonly milliseconds: number }
  /** Moves the clock to the last moment at which an interval can be booked, or beside it. */
  | { readonly type: 'meetLeadTime'; readonly interval: number; readonly offsetMs: number };

export interface Sent {
  readonly request: Request;
  readonly process: number;
}
