import type { BenchRun } from '../comparison/bench-run.ts';
import type { Contender } from '../comparison/compare.ts';
import { loadContender } from '../comparison/load-contender.ts';
import type { HoldfastServers } from '../holdfast/servers.ts';
import { pageDriver } from './page-driver.ts';
import type { PageOptions } from './page-driver.ts';
import { reserveDriver } from './reserve-driver.ts';
import type { ReserveOptions } from './reserve-driver.ts';

const connections = 16;

type WithoutUrls<Options> = Omit<Options, 'urls' | 'connections'> & { readonly connections?: number };

/** Holdfast, loaded with requests for capacity by a load process of its own; on 16 connections unless told. */
export function reserveContender(
  run: BenchRun,
  name: string,
  servers: HoldfastServers,
  options: WithoutUrls<ReserveOptions>,
): Contender {
  return contender(run, name, servers, { driver: reserveDriver, options });
}

/** The same, with requests for one page. */
export function pageContender(
  run: BenchRun,
  name: string,
  servers: HoldfastServers,
  options: WithoutUrls<PageOptions>,
): Contender {
  return contender(run, name, servers, { driver: pageDriver, options });
}

function contender(
  run: BenchRun,
  name: string,
  servers: HoldfastServers,
  { driver, options }: { readonly driver: string; readonly options: object },
): Contender {
  const pids = servers.map(({ pid }) => pid);
  const urls = servers.map(({ url }) => url);
  const [{ store }] = servers;
  return loadContender(run, name, { pids, store, driver, options: { urls, connections, keys: run.keys, ...options } });
}
