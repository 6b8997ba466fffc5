/** Whose turn it is to write to a partition, and who is next, by request name. By the database's clock. */
export interface TurnDocument {
  /** The partition. */
  readonly _id: string;
  readonly tenant: string;
  /** Null: nobody's. */
  readonly holder: string | null;
  /** When the holder is presumed dead. */
  readonly endsAt: Date;
  /** First come, first served. */
  readonly queue: readonly { readonly name: string; readonly seenAt: Date }[];
}
