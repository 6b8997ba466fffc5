import type { Call, SequentialSpec } from '../checker/sequential-spec.ts';
import type { Answer, Command } from './commands.ts';

export interface TenantState {
  readonly count: number;
  /** What has been deleted. */
  readonly gone: readonly string[];
}

/** How many endpoints a tenant may have in each environment. */
const mostEndpoints = 20;

/** How many it has at first: there is room for two more. */
export const firstCount = mostEndpoints - 2;

/** How many endpoints a tenant has. */
export const tenantSpec: SequentialSpec<TenantState, Command, Answer> = {
  initial: { count: firstCount, gone: [] },
  step: (state, call) => (call.operation.type === 'create' ? create(state, call) : remove(state, call)),
  hash: ({ count, gone }) => `${count} ${gone.join()}`,
  changedNothing: ({ answer }) => answer?.status === 409 || answer?.status === 404,
};

function create({ count, gone }: TenantState, { answer }: Call<Command, Answer>): readonly TenantState[] {
  const isRoom = count < mostEndpoints;
  if (answer !== undefined && answer.status !== (isRoom ? 201 : 409)) return [];
  return [{ count: isRoom ? count + 1 : count, gone }];
}

function remove({ count, gone }: TenantState, { operation, answer }: Call<Command, Answer>): readonly TenantState[] {
  const { endpoint } = operation as { readonly endpoint: string };
  const isThere = !gone.includes(endpoint);
  if (answer !== undefined && answer.status !== (isThere ? 204 : 404)) return [];
  return [isThere ? { count: count - 1, gone: [...gone, endpoint].toSorted() } : { count, gone }];
}
