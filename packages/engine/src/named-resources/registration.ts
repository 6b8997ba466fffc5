import { endLapsedClaims } from './claims.ts';
import { findHeldLock } from './placement.ts';
import type { Definition } from './records.ts';
import { forgetSlots, largestCapacity, neverMs, occupiedSlots, parseSlotName, setSlotFreeAt, slotName } from './slots.ts';
import type { ResourceState } from './state.ts';

/** What a name is to be from now on. */
export type DefinitionCommand = Pick<Definition, 'name' | 'capacity' | 'blocks' | 'ancestors' | 'labels'>;

export type RegisterOutcome =
  | { readonly ok: true; readonly definitions: readonly Definition[] }
  | { readonly ok: false; readonly heldName: string };

export type DeleteOutcome = 'DELETED' | 'UNKNOWN' | 'HELD';

/**
 * Registers names or replaces what they were registered as, all or none. A name that is held as a plain resource can't
 * become a pool: its holder would be one more than the pool has slots.
 */
export function register(state: ResourceState, commands: readonly DefinitionCommand[], nowMs: number): RegisterOutcome {
  let heldName: string | undefined;
  const definitions: Definition[] = [];
  state.forEach(commands, (command) => {
    if (becomesPool(state, command) && findHeldLock(state, command.name, nowMs) !== undefined) heldName ??= command.name;
  });
  if (heldName !== undefined) return { ok: false, heldName };

  state.forEach(commands, (command) => definitions.push(registerOne(state, command, nowMs)));
  return { ok: true, definitions };
}

/** Forgets what a name was registered as. Live holds on it, or on any slot of it, stand in the way. */
export function deleteDefinition(state: ResourceState, name: string, nowMs: number): DeleteOutcome {
  const definition = state.definition(name);
  if (definition === undefined) return 'UNKNOWN';
  const slots = occupiedSlots(state, name);
  if (findHeldLock(state, name, nowMs) !== undefined) return 'HELD';
  if (slots.some((slot) => slot.freeAtMs > nowMs)) return 'HELD';

  for (const { number } of slots) endLapsedClaims(state, slotName({ pool: name, number }), nowMs);
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
  // All of them are read before the first one is changed.
  const locks = Array.from(state.locksBetween(`${pool}_0`, `${pool}_:`));
  for (const lock of locks) {
    const slot = parseSlotName(lock.resource);
    if (slot?.pool !== pool || slot.number >= largestCapacity || lock.requester === null) continue;
    state.putLock({ ...lock, slot });
    state.putSlotHolder(pool, lock.requester, slot.number);
    setSlotFreeAt(state, slot, Math.max(...lock.claims.map((claim) => claim.expiresAtMs ?? neverMs)));
  }
}
