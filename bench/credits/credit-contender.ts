import type { BenchRun } from '../comparison/bench-run.ts';
import type { Contender } from '../comparison/compare.ts';
import { loadContender } from '../comparison/load-contender.ts';
import type { HoldfastServers } from '../holdfast/servers.ts';
import { creditPairsDriver } from './credit-pairs-driver.ts';
import type { CreditPairsOptions } from './credit-pairs-driver.ts';

export type PairsOptions = Partial<Omit<CreditPairsOptions, 'urls'>>;

/** Holdfast, loaded through HTTP with pairs of hold and commit by a load process of its own. */
export function creditContender(
  run: BenchRun,
  name: string,
  servers: HoldfastServers,
  options: PairsOptions,
): Contender {
  const pids = servers.map(({ pid }) => pid);
  const urls = servers.map(({ url }) => url);
  return loadContender(run, name, {
    pids,
    store: servers[0].store,
    driver: creditPairsDriver,
    options: toFullOptions(urls, { keys: run.keys, ...options }),
  });
}

/** Unless told: 64 connections, one customer of the first tenant, no pauses. */
export function toFullOptions(urls: readonly string[], options: PairsOptions): CreditPairsOptions {
  return { urls, connections: 64, customers: 1, tenants: 1, firstTenant: 0, pauseMs: 0, ...options };
}
