/** What a JWT can fail. */
export type JwtCheck =
  | 'form'
  | 'algorithm'
  | 'keysUnavailable'
  | 'key'
  | 'signature'
  | 'issuer'
  | 'audience'
  | 'expiry'
  | 'notBefore'
  | 'subject';

/** The first check that a JWT failed. */
export interface JwtFault {
  readonly check: JwtCheck;
  /** A sentence for whoever sent the JWT. It repeats nothing of the JWT, and nothing of how keys are fetched. */
  readonly message: string;
}

export function jwtFault(check: JwtCheck, message: string): JwtFault {
  return { check, message };
}
