import type { Command } from '../model/command.ts';
import type { State } from '../model/state.ts';
import type { Answered } from './explain.ts';

/** Whose books these commands may have changed, of the customers that there are by now. */
export function concernedBy(answered: readonly Answered[], state: State): readonly string[] {
  const known = new Set(state.customers.map(({ externalId }) => externalId));
  const named = new Set<string>();
  for (const { command, answer } of answered) {
    for (const customer of customersOf(command, state)) named.add(customer);
    const isNew = command.type === 'createCustomer' || command.type === 'topUp';
    if (isNew && answer.outcome.ok) known.add(command.customer);
  }
  return [...named].filter((customer) => known.has(customer));
}

function customersOf(command: Command, state: State): readonly string[] {
  switch (command.type) {
    case 'updateSettings':
    case 'price':
      return [];
    case 'usageBatch':
      return command.events.map(({ customer }) => customer);
    case 'extend':
    case 'commit':
    case 'release':
      return state.holds.filter(({ name }) => name === command.hold).map(({ customer }) => customer);
    default:
      return [command.customer];
  }
}
