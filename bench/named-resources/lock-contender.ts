import type { LeftOut } from '../comparison/bench-case.ts';
import type { BenchRun } from '../comparison/bench-run.ts';
import type { Contender } from '../comparison/compare.ts';
import { loadContender } from '../comparison/load-contender.ts';
import type { HoldfastStore } from '../holdfast/holdfast-server.ts';
import { isMissing } from '../peers/missing.ts';
import type { Missing } from '../peers/missing.ts';
import { lockPairsDriver } from './lock-pairs-driver.ts';
import type { LockPairsOptions } from './lock-pairs-driver.ts';

/** A server that answers as Holdfast does. */
interface LockServer {
  readonly url: string;
  readonly pid: number;
  readonly store?: HoldfastStore;
}

type LockServers = readonly LockServer[];

export type PairsOptions = Partial<Omit<LockPairsOptions, 'urls'>>;

/** Servers that are loaded through HTTP with pairs of reserve and unreserve, by a load process of its own. */
export function lockContender(run: BenchRun, name: string, servers: LockServers, options: PairsOptions): Contender;
export function lockContender(
  run: BenchRun,
  name: string,
  servers: LockServers | Missing,
  options: PairsOptions,
): Contender | LeftOut;
export function lockContender(
  run: BenchRun,
  name: string,
  servers: LockServers | Missing,
  options: PairsOptions,
): Contender | LeftOut {
  if (isMissing(servers)) return { contender: name, reason: servers.missing };
  const pids = servers.map(({ pid }) => pid);
  return loadContender(run, name, {
    pids,
    store: servers[0]?.store,
    driver: lockPairsDriver,
    options: toFullOptions(servers, { keys: run.keys, ...options }),
  });
}

/** Unless told: 64 connections, one lock a request, one tenant, no pauses. */
export function toFullOptions(servers: readonly Pick<LockServer, 'url'>[], options: PairsOptions): LockPairsOptions {
  const urls = servers.map(({ url }) => url);
  return { urls, connections: 64, itemsPerRequest: 1, tenants: 1, firstTenant: 0, pauseMs: 0, ...options };
}
