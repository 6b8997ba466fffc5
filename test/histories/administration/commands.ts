/** One request. */
export type Command =
  /** Shows a value of a key: the first one, or one that is named by what is displayed of it. */
  | { readonly type: 'use'; readonly key: string; readonly value: string; readonly acknowledgedAtMs?: number }
  | { readonly type: ChangeType; readonly key: string; readonly acknowledgedAtMs?: number }
  /** An operation of a tenant that has so many a day. */
  | { readonly type: 'spend'; readonly tenant: string; readonly resource: string };

/** `narrow` takes the scope away that a use needs, `widen` gives it back. */
export type ChangeType = 'revoke' | 'rotate' | 'narrow' | 'widen';

export interface Answer {
  readonly status: number;
  /** Which process answered. */
  readonly process: string;
  /** How often it was sent: an operation counts each time. */
  readonly attempts: number;
  /** Whether it was carried out earlier, by whatever process. */
  readonly isReplayed: boolean;
  /** What is displayed of the new value, after a rotation. */
  readonly value?: string;
}
