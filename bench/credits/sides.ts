import type { LeftOut } from '../comparison/bench-case.ts';
import type { BenchRun } from '../comparison/bench-run.ts';
import type { Contender } from '../comparison/compare.ts';
import { loadContender } from '../comparison/load-contender.ts';
import { stores } from '../holdfast/servers.ts';
import type { StoreName } from '../holdfast/servers.ts';
import type { KeyForm } from '../load/idempotency-keys.ts';
import { isMissing } from '../peers/missing.ts';
import { startPostgresqlServer } from '../peers/postgresql-server.ts';
import { faultsInAudit } from './audit.ts';
import { creditContender } from './credit-contender.ts';
import { createLedger, faultsInLedger } from './postgresql-ledger.ts';
import { postgresqlPairsDriver } from './postgresql-pairs-driver.ts';
import { seedCustomers } from './seed-customers.ts';

/** What one database brings to a comparison. */
export interface Side {
  readonly contenders: readonly (Contender | LeftOut)[];
  /** What the ledger has wrong afterwards: nothing, or its figures don't count. */
  findFaults(): Promise<readonly string[]>;
}

export interface SideOptions {
  readonly connections: number;
  /** Over how many customers the pairs are spread, in turn. */
  readonly spreads: readonly number[];
}

/** A contender's name: `sqlite, one customer`. */
export function nameOf(side: string, customers: number): string {
  return `${side}, ${customers === 1 ? 'one customer' : `${customers.toLocaleString('en')} customers`}`;
}

/** Holdfast on a store. */
export async function holdfastSide(run: BenchRun, store: StoreName, options: SideOptions): Promise<Side> {
  const { connections, spreads } = options;
  const servers = await stores[store](run);
  if (isMissing(servers)) return leftOut({ contender: store, reason: servers.missing });
  const [{ url }] = servers;
  await seedCustomers(url, Math.max(...spreads));
  const contender = (customers: number) =>
    creditContender(run, nameOf(store, customers), servers, { connections, customers });
  return {
    contenders: spreads.map(contender),
    findFaults: () => faultsInAudit(store, url),
  };
}

/** The same in SQL, with idempotency keys as Holdfast keeps them, and without. */
export async function postgresqlSide(run: BenchRun, { connections, spreads }: SideOptions): Promise<Side> {
  const server = await startPostgresqlServer(run.newFolder());
  if (isMissing(server)) return leftOut({ contender: 'postgresql', reason: server.missing });
  const { pid, address } = run.use(server);
  await createLedger(address, Math.max(...spreads));
  const load = { pids: [pid], driver: postgresqlPairsDriver };
  const contender = (side: string, customers: number, keys?: KeyForm) =>
    loadContender(run, nameOf(side, customers), { ...load, options: { address, connections, customers, keys } });
  return {
    contenders: [
      ...spreads.map((customers) => contender('postgresql', customers, run.keys)),
      ...spreads.map((customers) => contender('postgresql without keys', customers)),
    ],
    findFaults: () => faultsInLedger(address),
  };
}

function leftOut(reason: LeftOut): Side {
  return { contenders: [reason], findFaults: () => Promise.resolve([]) };
}
