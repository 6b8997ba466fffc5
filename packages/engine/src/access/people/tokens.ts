import type { Environment } from '../../environment.ts';
import type { Command } from '../../kernel/command.ts';
import { recordKey } from '../../kernel/record-access.ts';
import { accessPartition, accessTokenPartition } from '../../partitions.ts';
import type { Place } from '../../place.ts';
import { findPerson } from '../find-caller.ts';
import { toKeyText } from '../key-form.ts';
import { accessTokenKind } from '../records.ts';
import { scopes } from '../scopes.ts';
import type { Scope } from '../scopes.ts';
import { sessionKind } from './records.ts';
import { PeopleView } from './state.ts';

const minuteMs = 60_000;

/** How long a token is valid, from the minute on in which it is issued. */
const tokenMs = 15 * minuteMs;

interface TokenRequest extends Pick<Environment, 'sha256'> {
  readonly sessionToken: string;
  readonly sessionHash: string;
  readonly place: Place;
}

/**
 * Issues an access token of a session. Within a minute it is always the same one for a place, made from the session's
 * own secret, so that nobody fills the store by asking again and again.
 */
export function issueToken({
  sessionToken,
  sessionHash,
  place,
  sha256,
}: TokenRequest): Command<
  { readonly token: string; readonly expiresAtMs: number; readonly scopes: readonly Scope[] } | undefined
> {
  const { tenantId, environment } = place;
  return {
    partitions: [accessTokenPartition],
    reads: [recordKey(sessionKind, accessPartition, sessionHash)],
    run(changes, nowMs) {
      const session = new PeopleView(changes).session(sessionHash, nowMs);
      if (session === undefined) return undefined;
      const minute = Math.floor(nowMs / minuteMs);
      const expiresAtMs = Math.min(minute * minuteMs + tokenMs, session.expiresAtMs);
      const record = { tenantId, environment, sessionHash, personId: session.personId, expiresAtMs };
      const known = findPerson(changes, record, nowMs);
      if (known === undefined) return undefined;

      const token = toKeyText('hf_token_', sha256([sessionToken, tenantId, environment, minute].join('\u001f')));
      const hash = sha256(token);
      if (changes.get(accessTokenKind, accessTokenPartition, hash) === undefined) {
        changes.insert(accessTokenKind, accessTokenPartition, hash, record);
      }
      return { token, expiresAtMs, scopes: scopes.filter((scope) => known.caller.scopes.has(scope)) };
    },
  };
}
