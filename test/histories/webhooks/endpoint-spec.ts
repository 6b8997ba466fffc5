import type { SequentialSpec } from '../checker/sequential-spec.ts';
import type { Answer, EndpointCommand } from './commands.ts';
import { firstText } from './webhook-client.ts';

/** What its description is; null: it is deleted. */
export type EndpointState = { readonly text: string | null };

/** What an endpoint does when one client at a time uses it, once it has been created. */
export const endpointSpec: SequentialSpec<EndpointState, EndpointCommand, Answer> = {
  initial: { text: firstText },
  step(state, { operation, answer }) {
    const after = state.text === null ? state : changed(state, operation);
    if (answer === undefined) return [after];
    const isGone = state.text === null;
    if (isGone !== (answer.status === 404)) return [];
    if (isGone || operation.type === 'delete') return [after];
    return answer.text === after.text ? [after] : [];
  },
  hash: ({ text }) => JSON.stringify(text),
  changedNothing: ({ operation, answer }) => operation.type === 'look' || answer?.status === 404,
};

function changed(state: EndpointState, operation: EndpointCommand): EndpointState {
  if (operation.type === 'change') return { text: operation.text };
  return operation.type === 'delete' ? { text: null } : state;
}
