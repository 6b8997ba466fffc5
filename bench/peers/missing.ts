/** In place of something that can't be started here. */
export interface Missing {
  /** The reason, for whoever runs the benchmark. */
  readonly missing: string;
}

export function isMissing(found: object): found is Missing {
  return 'missing' in found;
}
