import type { WriteOperation } from '../../operation.ts';
import { accessTokenPartition } from '../../partitions.ts';
import { accepted, isRefused } from '../../shared/outcomes.ts';
import { toWireTime } from '../../shared/times.ts';
import { accessCommand } from '../commands.ts';
import type { AccessContext } from '../context.ts';
import { toKeyText } from '../key-form.ts';
import { findPlace } from '../place-input.ts';
import { accessTokenKind } from '../records.ts';
import { upgradeRequired } from '../refusals.ts';
import { toJwtIssuer } from '../wire.ts';
import { findIssuerFaults } from './issuer-input.ts';
import * as rules from './rules.ts';

/** How long a token is valid, unless its JWT expires before. */
const tokenMs = 15 * 60 * 1_000;

export const putJwtIssuer: WriteOperation<'putJwtIssuer', AccessContext> = (caller, { query, body }, context) => {
  const place = findPlace(caller, query);
  if (isRefused(place)) return place;
  const faults = findIssuerFaults(body);
  if (faults !== undefined) return faults;
  const settings = {
    ...place,
    trustId: context.environment.newUuid(),
    issuer: body.issuer,
    audience: body.audience,
    jwksUri: body.jwks_uri ?? null,
    jwksJson: body.jwks === undefined ? null : JSON.stringify(body.jwks),
    scopes: body.scopes,
  };
  return accessCommand(caller, context, (state) => {
    const put = rules.putJwtIssuer(state, caller, settings);
    return put.ok ? accepted(toJwtIssuer(put.value)) : put;
  });
};

export const deleteJwtIssuer: WriteOperation<'deleteJwtIssuer', AccessContext> = (caller, { query }, context) => {
  const place = findPlace(caller, query);
  return isRefused(place) ? place : accessCommand(caller, context, (state) => rules.deleteJwtIssuer(state, place));
};

/** The caller is the subject of the JWT, which the gateway has verified. */
export const exchangeToken: WriteOperation<'exchangeToken', AccessContext> = (caller, _input, { environment }) => {
  const { trustId } = caller;
  // An API key vouches for nobody; the gateway lets none in here.
  if (!caller.mayExchangeTokens || trustId === null) return upgradeRequired;
  const { newToken, sha256 } = environment;
  const token = toKeyText('hf_token_', sha256(newToken() + newToken()));
  const { tenantId, environment: place, apiKeyLabel } = caller;
  return {
    partitions: [accessTokenPartition],
    reads: [],
    run(changes, nowMs) {
      const expiresAtMs = Math.min(nowMs + tokenMs, caller.expiresAtMs ?? Number.POSITIVE_INFINITY);
      const subject = apiKeyLabel.slice('jwt:'.length);
      const record = { tenantId, environment: place, trustId, subject, expiresAtMs };
      changes.insert(accessTokenKind, accessTokenPartition, sha256(token), record);
      return accepted({ token, expiresAt: toWireTime(expiresAtMs) });
    },
  };
};
