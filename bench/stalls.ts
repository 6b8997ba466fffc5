import { familiesFor } from '../test/families.ts';
import { createSend } from '../test/stalls/heavy-request.ts';
import type { Send } from '../test/stalls/heavy-request.ts';
import { measurePage, measureRequests, pages } from '../test/stalls/measure-requests.ts';
import { startMeasuredServer } from '../test/stalls/measured-server.ts';
import type { MeasuredServer } from '../test/stalls/measured-server.ts';
import type { Longest } from '../test/stalls/turn-probe.ts';
import { worstBodies } from '../test/stalls/worst-bodies.ts';
import { noFindings } from './comparison/bench-case.ts';
import type { Aim, BenchCase, BenchFamily, Findings, Row } from './comparison/bench-case.ts';
import type { BenchRun } from './comparison/bench-run.ts';
import { spreadOf } from './comparison/ratios.ts';
import { LoadProcess } from './load/load-process.ts';
import { probeDriver } from './load/probe-driver.ts';

const stall = 'event loop stall ms';
const processor = 'processor in one turn ms';
const probeMaximum = 'probe max ms';

/** What is measured in one case: each is sent as often as is told, all at once. */
interface Measured {
  readonly name: string;
  measure(server: MeasuredServer, send: Send, atOnce: number): Promise<Longest>;
}

const families = await familiesFor('stalls');

const cases: readonly BenchCase[] = [
  ...families.map(({ name, prepare, requests }) =>
    caseOf(
      name.replaceAll(' ', '-'),
      `What is largest in ${name}`,
      prepare,
      requests.map((request): Measured => ({
        name: `${request.operationId}: ${request.what}`,
        measure: (server, send, atOnce) => measureRequests(server, send, request, atOnce),
      })),
    ),
  ),
  caseOf(
    'nonsense',
    '1 MiB of nonsense',
    nothing,
    worstBodies.map((request): Measured => ({
      name: `${request.operationId}: ${request.what}`,
      measure: (server, send) => measureRequests(server, send, request, 4),
    })),
  ),
  caseOf(
    'pages',
    'The server’s own pages',
    nothing,
    pages.map((page): Measured => ({
      name: page,
      measure: (server, _send, atOnce) => measurePage(server, page, atOnce),
    })),
  ),
];

/** Stalls: how long the event loop of a server is kept in one piece, and whoever asks meanwhile waits. */
export const stalls: BenchFamily = { name: 'stalls', cases };

function caseOf(
  name: string,
  title: string,
  prepare: (send: Send) => Promise<void>,
  all: readonly Measured[],
): BenchCase {
  return { name, title, run: (run) => measureAll(run, prepare, all) };
}

async function nothing(): Promise<void> {}

async function measureAll(
  run: BenchRun,
  prepare: (send: Send) => Promise<void>,
  all: readonly Measured[],
): Promise<Findings> {
  const env = { HOLDFAST_STORE: 'sqlite', HOLDFAST_DATA_DIR: run.newFolder(), HOLDFAST_REQUEST_TIMEOUT_MS: '60000' };
  const server = await startMeasuredServer(env);
  run.use({ [Symbol.asyncDispose]: () => server.end() });
  const send = createSend(server.url);
  await prepare(send);
  const load = run.use(new LoadProcess());
  const rows: Row[] = [];
  for (const each of all) rows.push(await measureRow(run, each, { server, send, load }));
  return { ...noFindings, rows, aims: [aimOf(rows, stall, 50), aimOf(rows, probeMaximum, 100)] };
}

async function measureRow(
  run: BenchRun,
  { name, measure }: Measured,
  { server, send, load }: { readonly server: MeasuredServer; readonly send: Send; readonly load: LoadProcess },
): Promise<Row> {
  const measures: Record<string, number[]> = { [stall]: [], [processor]: [], [probeMaximum]: [] };
  const options = { url: server.url, path: '/healthz', pauseMs: 2 };
  for (let round = 0; round < run.rounds; round += 1) {
    const [longest, probe] = await Promise.all([
      measure(server, send, run.isQuick ? 4 : 64),
      load.sample(probeDriver, options, { warmUpMs: 0, measureMs: run.plan.measureMs }),
    ]);
    measures[stall]?.push(longest.elapsedMs);
    measures[processor]?.push(longest.processorMs);
    measures[probeMaximum]?.push(probe.latencyMs.max ?? 0);
  }
  return { contender: name, measures };
}

/** Held against the worst of the rows' medians. */
function aimOf(rows: readonly Row[], measure: string, mostMs: number): Aim {
  const measured = Math.max(...rows.map(({ measures }) => spreadOf(measures[measure] ?? []).median));
  return { text: `${measure} is at most ${mostMs}`, measured, isMet: measured <= mostMs };
}
