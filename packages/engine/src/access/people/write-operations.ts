import type { OperationId } from '@holdfast/contract';

import type { WriteOperation } from '../../operation.ts';
import { accepted, isRefused } from '../../shared/outcomes.ts';
import type { AccessContext } from '../context.ts';
import { findPlace } from '../place-input.ts';
import { peopleCommand } from './commands.ts';
import * as rules from './rules.ts';
import type { PersonChange } from './rules.ts';
import { toPerson } from './wire.ts';

type Write<Id extends OperationId> = WriteOperation<Id, AccessContext>;

export const invitePerson: Write<'invitePerson'> = (caller, { query, body }, { environment, settings }) => {
  const place = findPlace(caller, query);
  if (isRefused(place)) return place;
  const { tenantId } = place;
  const { role, is_operator: isOperator = false } = body;
  const invitedEmail = body.email.toLowerCase();
  const digits = environment.sha256(`${tenantId}\u001f${invitedEmail}`).slice(0, 20);
  const offer = { invitationId: `invitation_${digits}`, tenantId, invitedEmail, role, isOperator };
  return peopleCommand(caller, settings, (state) => {
    const invited = rules.invitePerson(state, caller, offer);
    return invited.ok ? accepted(toPerson(invited.value)) : invited;
  });
};

export const updatePerson: Write<'updatePerson'> = (caller, { path, query, body }, { settings }) => {
  const place = findPlace(caller, query);
  if (isRefused(place)) return place;
  const change: PersonChange = {
    ...(body.role === undefined ? {} : { role: body.role }),
    ...(body.is_operator === undefined ? {} : { isOperator: body.is_operator }),
  };
  return peopleCommand(caller, settings, (state) => {
    const updated = rules.updatePerson(state, caller, place.tenantId, path.person_id, change);
    return updated.ok ? accepted(toPerson(updated.value)) : updated;
  });
};

export const removePerson: Write<'removePerson'> = (caller, { path, query }, { settings }) => {
  const place = findPlace(caller, query);
  if (isRefused(place)) return place;
  return peopleCommand(caller, settings, (state) => rules.removePerson(state, caller, place.tenantId, path.person_id));
};
