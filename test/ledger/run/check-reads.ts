import { showBalances, showHold, showHoldFully } from '../model/shown.ts';
import type { Hold, State } from '../model/state.ts';
import { read } from './books.ts';
import { match } from './match.ts';
import type { Names } from './names.ts';
import type { World } from './world.ts';

/** Of holds that have ended, only the newest are looked up. */
const endedLookedUp = 3;

const mostListed = 200;

/** Where a customer's holds aren't what the model says: the live ones, one by one and listed, and a few others. */
export async function checkHolds(
  world: World,
  customer: string,
  state: State,
  names: Names,
): Promise<readonly string[]> {
  const all = state.holds.filter((hold) => hold.customer === customer);
  const live = all.filter(({ status }) => status === 'active');
  const ended = all.filter(({ status }) => status !== 'active').slice(-endedLookedUp);
  const input = { path: { external_id: customer }, query: { status: 'active', limit: mostListed } };
  const [page, ...shown] = await Promise.all([
    read(world, 'listHoldsByExternalId', input),
    ...[...live, ...ended].map(({ name }) => read(world, 'getHold', { path: { id: names.idOf(name) } })),
  ]);
  const listed = { data: live.map(({ name }) => showHold(state, name)).toReversed() };
  const differs = ({ name }: Hold, index: number) => {
    return match(showHoldFully(state, name), shown[index], names, `The ${name} `);
  };
  return [...match(listed, page, names, `${customer}'s live holds `), ...[...live, ...ended].flatMap(differs)];
}

/** Where the service's own audit finds something wrong, or adds up to something else than the model. */
export async function checkAudit(
  world: World,
  customer: string,
  state: State,
  names: Names,
): Promise<readonly string[]> {
  const audit = await read(world, 'auditAccountByExternalId', { path: { external_id: customer } });
  return compareAudit(audit, customer, state, names);
}

export function compareAudit(audit: unknown, customer: string, state: State, names: Names): readonly string[] {
  const { balance, reserved_balance } = showBalances(state, customer);
  const expected = {
    faults: [],
    consistent: true,
    balance,
    reserved_balance,
    sums: {
      ledger_balance: balance,
      ledger_reserved: reserved_balance,
      blocks_remaining: balance,
      holds_held: reserved_balance,
    },
    transactions: state.entries.filter((entry) => entry.customer === customer).length,
  };
  return match(expected, audit, names, `${customer}'s audit `);
}
