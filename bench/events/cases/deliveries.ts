import { noFindings } from '../../comparison/bench-case.ts';
import type { BenchCase, Findings } from '../../comparison/bench-case.ts';
import type { BenchRun } from '../../comparison/bench-run.ts';
import { toMeasures, toRow } from '../../comparison/due-rounds.ts';
import type { Measures } from '../../comparison/due-rounds.ts';
import { startOnMongodb, startOnSqlite } from '../../holdfast/servers.ts';
import type { HoldfastServers } from '../../holdfast/servers.ts';
import { HttpConnection } from '../../load/http-connection.ts';
import { runCallers } from '../../load/run-callers.ts';
import { seedLocks } from '../../named-resources/seed-locks.ts';
import { isMissing } from '../../peers/missing.ts';
import type { Missing } from '../../peers/missing.ts';
import { processorSecondsOf } from '../../peers/processor-time.ts';
import { Arrivals } from '../arrivals.ts';
import { createLagCaller, keyIn } from '../lag-caller.ts';
import { startWebhookReceiver } from '../webhook-receiver.ts';
import { createEndpoint } from '../webhooks-api.ts';

const secondsPerHour = 3_600;

/** How fast webhooks are delivered to a receiver that answers at once, and how late. */
export const deliveries: readonly BenchCase[] = [
  createCase('sqlite', startOnSqlite),
  createCase('mongodb', startOnMongodb),
  createCase('mongodb-3', (run) => startOnMongodb(run, { processes: 3 })),
];

function createCase(name: string, start: (run: BenchRun) => Promise<HoldfastServers | Missing>): BenchCase {
  return {
    name: `deliveries-${name}`,
    title: `Deliveries to one endpoint on this machine, ${name}: many at once, then one after the other`,
    async run(run) {
      const servers = await start(run);
      if (isMissing(servers)) return { ...noFindings, leftOut: [{ contender: name, reason: servers.missing }] };
      return measureDeliveries(run, servers);
    },
  };
}

async function measureDeliveries(run: BenchRun, servers: HoldfastServers): Promise<Findings> {
  const [{ url }] = servers;
  const arrivals = new Arrivals(1);
  const faults: string[] = [];
  const seen = new Set<string>();
  await using receiver = await startWebhookReceiver((body, webhookId) => {
    if (seen.has(webhookId)) faults.push(`${webhookId} was delivered twice`);
    seen.add(webhookId);
    arrivals.arrived(keyIn(body));
  });
  await createEndpoint(url, receiver.url, ['RESERVED', 'UNRESERVED']);
  const many: Measures[] = [];
  const single: Measures[] = [];
  const count = run.isQuick ? 200 : 10_000;
  for (let round = 0; round < run.rounds; round += 1) {
    many.push(await deliverMany(servers, arrivals, `delivery/${round}`, count));
    single.push(await deliverSingly(run, url, arrivals, faults));
  }
  const rows = [toRow(`${count.toLocaleString('en')} at once`, many), toRow('one after the other', single)];
  return { ...noFindings, rows, wrongAnswers: faults };
}

/** Takes many locks at once, and waits for the last of their events. */
async function deliverMany(
  servers: HoldfastServers,
  arrivals: Arrivals,
  prefix: string,
  count: number,
): Promise<Measures> {
  const pids = servers.map(({ pid }) => pid);
  const nameOf = (number: number) => `${prefix}/${number}`;
  const events = Array.from({ length: count }, (_, number) => arrivals.expect(`RESERVED ${nameOf(number)}`));
  const usedBefore = processorSecondsOf(pids) ?? Number.NaN;
  const startedAtMs = performance.now();
  await seedLocks({ url: servers[0].url, count, nameOf, ttlSecondsNow: () => secondsPerHour });
  await Promise.all(events.map((event) => event.all()));
  const seconds = (performance.now() - startedAtMs) / 1_000;
  const used = (processorSecondsOf(pids) ?? Number.NaN) - usedBefore;
  return { 'deliveries/s': count / seconds, 'server CPU µs/delivery': (used * 1e6) / count };
}

/** Takes one lock after the other, and measures how long after the answer each event came. */
async function deliverSingly(run: BenchRun, url: string, arrivals: Arrivals, faults: string[]): Promise<Measures> {
  const connection = await HttpConnection.open(url);
  try {
    const callers = [createLagCaller(connection, arrivals, faults)];
    const { latencyMs } = await runCallers({ callers, close: () => {} }, { ...run.plan, warmUpMs: 0 });
    return toMeasures(latencyMs);
  } finally {
    connection.close();
  }
}
