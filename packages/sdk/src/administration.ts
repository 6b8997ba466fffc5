import { ApiKeys } from './administration/api-keys.ts';
import { JwtIssuerSettings } from './administration/jwt-issuer.ts';
import { People } from './administration/people.ts';
import { Tenants } from './administration/tenants.ts';
import { Tiers } from './administration/tiers.ts';
import type { Transport } from './transport/transport.ts';

/**
 * What operators do: tenants, what their tiers allow, API keys, who may exchange JWTs for tokens, and who signs in. None of
 * it counts against a limit; what was changed takes effect in every server process within 5 seconds.
 *
 * Tenants and tiers need an API key with the scope `platform:admin`; API keys, issuers of JWTs and people one with
 * `keys:admin` for its own tenant and environment, and `platform:admin` for any other.
 *
 * All methods reject with an {@link ApiError} when the server answers with a failure, with a {@link ConnectionError}
 * or {@link TimeoutError} when no usable answer came even after retries, and with the signal's reason when that aborts.
 * For want of a scope that is a {@link PermissionDeniedError}, whose `scope` names it; what is another's is a
 * {@link NotFoundError}.
 */
export class Administration {
  /** Whom the server works for. */
  readonly tenants: Tenants;
  /** What they may do, and how much. */
  readonly tiers: Tiers;
  /** Who acts for them. */
  readonly apiKeys: ApiKeys;
  /** Whose JWTs can be exchanged for tokens. */
  readonly jwtIssuer: JwtIssuerSettings;
  /** Who signs in to them. */
  readonly people: People;

  /** @internal */
  constructor(transport: Transport) {
    this.tenants = new Tenants(transport);
    this.tiers = new Tiers(transport);
    this.apiKeys = new ApiKeys(transport);
    this.jwtIssuer = new JwtIssuerSettings(transport);
    this.people = new People(transport);
  }
}
