import { endLapsedClaims } from './holding.ts';
import { endOfLock, isTaken } from './locks.ts';
import { findHeldLock } from './placement.ts';
import type { Definition, Lock } from './records.ts';
import { parseSlotName } from './slot-name.ts';
import { forgetSlots, largestCapacity, occupiedSlots, setSlotFreeAt } from './slots.ts';
import type { ResourceState } from './state.ts';
import { mostNames } from './touched-names.ts';

/** What a name is registered as. */
export type DefinitionCommand = Pick<Definition, 'name' | 'capacity' | 'blocks' | 'ancestors' | 'labels'>;

export type RegisterOutcome =
  | { readonly status: 'REGISTERED'; readonly definitions: readonly Definition[] }
  | { readonly status: 'HELD'; readonly name: string }
  /** More names would become slots of this pool than one request may touch. */
  | { readonly status: 'TOO_MANY_SLOTS'; readonly index: number };

export type DeleteOutcome = 'DELETED' | 'UNKNOWN' | 'HELD';

/**
 * Registers names, replacing earlier definitions, all or none. A name held as a plain resource can't become a pool: its
 * holder would be one too many.
 */
export function register(state: ResourceState, commands: readonly DefinitionCommand[], nowMs: number): RegisterOutcome {
  let refusal: RegisterOutcome | undefined;
  const definitions: Definition[] = [];
  state.forEach(commands, (command, index) => {
    if (!becomesPool(state, command)) return;
    if (findHeldLock(state, command.name, nowMs) !== undefined) refusal ??= { status: 'HELD', name: command.name };
    if (findSlotLocks(state, command.name).length > mostNames) refusal ??= { status: 'TOO_MANY_SLOTS', index };
  });
  if (refusal !== undefined) return refusal;

  state.forEach(commands, (command) => definitions.push(registerOne(state, command, nowMs)));
  return { status: 'REGISTERED', definitions };
}

/** Deletes a definition, unless the name or one of its slots is held. */
export function deleteDefinition(state: ResourceState, name: string, nowMs: number): DeleteOutcome {
  const definition = state.definition(name);
  if (definition === undefined) return 'UNKNOWN';
  const slots = occupiedSlots(state, name);
  if (findHeldLock(state, name, nowMs) !== undefined) return 'HELD';
  if (slots.some((slot) => slot.freeAtMs > nowMs)) return 'HELD';

  forgetSlots(state, name);
  state.deleteDefinition(name);
  return 'DELETED';
}

function becomesPool(state: ResourceState, command: DefinitionCommand): boolean {
  return command.capacity > 1 && state.definition(command.name)?.pool !== true;
}

function registerOne(state: ResourceState, command: DefinitionCommand, nowMs: number): Definition {
  const existing = state.definition(command.name);
  if (becomesPool(state, command)) adoptSlots(state, command.name, nowMs);
  const definition = {
    ...command,
    pool: existing?.pool === true || command.capacity > 1,
    registeredAtMs: existing?.registeredAtMs ?? nowMs,
    updatedAtMs: nowMs,
  };
  state.putDefinition(definition);
  return definition;
}

/** Names such as `Printer_3` could be held before `Printer` was a pool; from now on they count as its slots. */
function adoptSlots(state: ResourceState, pool: string, nowMs: number): void {
  endLapsedClaims(state, pool, nowMs);
  for (const lock of findSlotLocks(state, pool)) {
    const slot = parseSlotName(lock.resource);
    if (slot?.pool !== pool || slot.number >= largestCapacity || !isTaken(lock)) continue;
    state.putLock({ ...lock, slot });
    state.putSlotHolder(pool, lock.requester, slot.number);
    setSlotFreeAt(state, slot, endOfLock(lock));
  }
}

/** Locks on names such as `Printer_3`, and on others that begin so. */
function findSlotLocks(state: ResourceState, pool: string): readonly Lock[] {
  return state.locksBetween(`${pool}_0`, `${pool}_:`, mostNames + 1);
}
