import { inParallel } from '../load/in-parallel.ts';
import { customerOf, customerPath, getRequest } from './credits-api.ts';
import { succeed } from './seed-customers.ts';

/** What Holdfast's own audit finds wrong with the ledger of the hot customer, who should hold nothing any more. */
export async function faultsInAudit(name: string, url: string): Promise<readonly string[]> {
  const faults: string[] = [];
  await inParallel({ url, connections: 1, count: 1 }, async (connection) => {
    const body = await succeed(connection, getRequest(`${customerPath(customerOf(0))}/credits/audit`));
    const audit = JSON.parse(body) as { readonly consistent: boolean; readonly reserved_balance: number };
    if (!audit.consistent || audit.reserved_balance !== 0) faults.push(`${name}: the ledger does not add up: ${body}`);
  });
  return faults;
}
