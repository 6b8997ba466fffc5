import type { ApiKey as WireApiKey, IssuedApiKey } from '@holdfast/contract';

import type { Caller } from '../../caller.ts';
import type { Command } from '../../kernel/command.ts';
import { recordKey } from '../../kernel/record-access.ts';
import type { WriteOperation } from '../../operation.ts';
import { accessPartition, keyUsePartition } from '../../partitions.ts';
import { accepted, isRefused } from '../../shared/outcomes.ts';
import type { Outcome } from '../../shared/outcomes.ts';
import { newId } from '../../shared/timed-ids.ts';
import { accessCommand } from '../commands.ts';
import type { AccessContext } from '../context.ts';
import { displayOf, toKeyText } from '../key-form.ts';
import { apiKeyKind, keyUseKind } from '../records.ts';
import type { AccessState } from '../state.ts';
import { toApiKey } from '../wire.ts';
import { parseSettings, refuseExpired } from './key-input.ts';
import * as rules from './rules.ts';
import type { ApiKeySettings, KnownApiKey } from './rules.ts';

export const createApiKey: WriteOperation<'createApiKey', AccessContext, WireApiKey> = (caller, { body }, context) => {
  const parsed = parseSettings(body);
  if (isRefused(parsed)) return parsed;
  const settings: ApiKeySettings = {
    tenantId: body.tenant_id ?? caller.tenantId,
    environment: body.environment,
    label: body.label,
    scopes: null,
    expiresAtMs: null,
    allowedCidrs: null,
    opsPerMinute: null,
    ...parsed,
  };
  const uuid = context.environment.newUuid();
  const value = newValue(body.environment, context);
  const command = accessCommand(caller, context, (state) => {
    const expired = refuseExpired(settings, state.nowMs);
    const created = expired ?? rules.createApiKey(state, caller, newId('key', state.nowMs, uuid), settings, value.kept);
    return show(state, created);
  });
  return { ...command, answer: (decided) => withValue(decided, value) };
};

export const updateApiKey: WriteOperation<'updateApiKey', AccessContext> = (
  caller,
  { path: { api_key_id: id }, body },
  context,
) => {
  const change = parseSettings(body);
  if (isRefused(change)) return change;
  return onKey(
    id,
    caller,
    context,
    (state) => refuseExpired(change, state.nowMs) ?? rules.updateApiKey(state, caller, id, change),
  );
};

export const revokeApiKey: WriteOperation<'revokeApiKey', AccessContext> = (
  caller,
  { path: { api_key_id: id } },
  context,
) => onKey(id, caller, context, (state) => rules.revokeApiKey(state, caller, id));

export const rotateApiKey: WriteOperation<'rotateApiKey', AccessContext, WireApiKey> = (
  caller,
  { path: { api_key_id: id }, body },
  context,
) => {
  const overlapMs = (body.overlap_seconds ?? 0) * 1_000;
  // A value says for which environment it is.
  const values = { live: newValue('live', context), test: newValue('test', context) };
  const command = onKey(id, caller, context, (state) => {
    const place = state.apiKey(id)?.environment ?? 'live';
    return rules.rotateApiKey(state, caller, id, overlapMs, values[place].kept);
  });
  return { ...command, answer: (decided) => withValue(decided, values[decided.environment]) };
};

/** A command on one key, which it is sure to read. */
function onKey(
  id: string,
  caller: Caller,
  context: AccessContext,
  decide: (state: AccessState) => Outcome<KnownApiKey>,
): Command<Outcome<WireApiKey>> {
  const reads = [recordKey(apiKeyKind, accessPartition, id), recordKey(keyUseKind, keyUsePartition, id)];
  return accessCommand(caller, context, (state) => show(state, decide(state)), reads);
}

function show(state: AccessState, outcome: Outcome<KnownApiKey>): Outcome<WireApiKey> {
  return outcome.ok ? accepted(toApiKey(outcome.value, state.lastUseOf(outcome.value.id), state.nowMs)) : outcome;
}

/** The answer with the key's value. A replay has none: another value was drawn for it, and the first is gone. */
function withValue(decided: WireApiKey, { kept, text }: NewValue): IssuedApiKey {
  return { ...decided, api_key: decided.display === kept.display ? text : null };
}

interface NewValue {
  /** Nobody but whoever asked for it ever gets it. */
  readonly text: string;
  readonly kept: rules.NewValue;
}

function newValue(place: 'live' | 'test', { environment }: AccessContext): NewValue {
  const { newToken, sha256 } = environment;
  const text = toKeyText(`hf_${place}_`, sha256(newToken() + newToken()));
  return { text, kept: { keyHash: sha256(text), display: displayOf(text) } };
}
