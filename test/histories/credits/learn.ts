import type { CommitResult, GrantResult, HoldPage, HoldReceipt, HoldSummary, UsageResult } from '@holdfast/contract';

import { exactly } from '../span.ts';
import { isSuccess } from './commands.ts';
import type { Answer, Command } from './commands.ts';
import { narrow, recognise } from './spec-state.ts';
import type { Moment, SeenHold } from './spec-state.ts';

/** The moment, knowing what an answer says of its time and of holds; none if that can't be. */
export function learn(moment: Moment, command: Command, answer: Answer | undefined): readonly Moment[] {
  const decidedMs = answer === undefined || !isSuccess(answer) ? undefined : decidedAt(command, answer);
  const decided = decidedMs === undefined ? [moment] : narrow(moment, exactly(decidedMs));
  return holdsIn(command, answer).reduce<readonly Moment[]>(
    (moments, { label, ...seen }) =>
      moments.flatMap((each) => recognise(each.state, label, seen).map((state) => ({ ...each, state }))),
    decided,
  );
}

/** Of what changes something, most answers say to the millisecond when it was decided. */
function decidedAt(command: Command, { body }: Answer): number | undefined {
  switch (command.type) {
    case 'hold':
      return Date.parse((body as HoldReceipt).created_at);
    case 'use':
      return (body as UsageResult).duplicate ? undefined : Date.parse((body as UsageResult).transaction.created_at);
    case 'grant':
      // The answer to a payment may be that of an earlier one.
      return command.paymentId === undefined ? Date.parse((body as GrantResult).transaction.created_at) : undefined;
    case 'commit':
    case 'release':
    case 'adjust':
      return Date.parse((body as CommitResult).transaction.created_at);
    default:
      return undefined;
  }
}

type LabelledHold = SeenHold & { readonly label: string };

/** The holds that a call is about, or that its answer shows as they are at its time. */
function holdsIn(command: Command, answer: Answer | undefined): readonly LabelledHold[] {
  const named = 'id' in command ? [{ label: command.label, id: command.id }] : [];
  if (answer === undefined || !isSuccess(answer)) return named;
  if (command.type === 'getHold') return [...named, toSeen(answer.body as HoldSummary)];
  return command.type === 'listHolds' ? (answer.body as HoldPage).data.map(toSeen) : named;
}

function toSeen({ id, metadata, created_at: createdAt, expires_at: expiresAt }: HoldSummary): LabelledHold {
  const times = { createdMs: exactly(Date.parse(createdAt)), expiresMs: exactly(Date.parse(expiresAt)) };
  return { label: metadata['label'] as string, id, ...times };
}
