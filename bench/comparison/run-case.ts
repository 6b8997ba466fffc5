import { noFindings } from './bench-case.ts';
import type { BenchCase, CaseResult, Findings } from './bench-case.ts';
import { BenchRun } from './bench-run.ts';
import type { BenchRunOptions } from './bench-run.ts';

/** Runs one case on servers of its own; one that fails says so in its result and doesn't keep others from running. */
export async function runCase({ name, title, run }: BenchCase, options: BenchRunOptions): Promise<CaseResult> {
  const startedAtMs = performance.now();
  const findings = await runInScratch(run, options).catch(toFindings);
  const seconds = (performance.now() - startedAtMs) / 1_000;
  return { name, title, ...findings, isValid: findings.wrongAnswers.length === 0, seconds };
}

async function runInScratch(run: BenchCase['run'], options: BenchRunOptions): Promise<Findings> {
  await using benchRun = new BenchRun(options);
  return await run(benchRun);
}

function toFindings(error: unknown): Findings {
  return { ...noFindings, wrongAnswers: [error instanceof Error ? (error.stack ?? error.message) : String(error)] };
}
