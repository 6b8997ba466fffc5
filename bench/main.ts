/**
 * `pnpm bench <family>`: measures, prints tables, and writes everything as JSON if it is told where. `pnpm bench compare
 * OLD NEW`: what is different in two such files.
 */
import { writeFileSync } from 'node:fs';

import { readCommandLine, UsageError } from './command-options.ts';
import type { CommandOptions } from './command-options.ts';
import type { CaseResult } from './comparison/bench-case.ts';
import { runCase } from './comparison/run-case.ts';
import { families } from './families.ts';
import { compareReports } from './report/compare-reports.ts';
import { describeMachine } from './report/machine.ts';
import { describeAims, describeCase, describeMachineInWords } from './report/print-report.ts';
import { readReport } from './report/report.ts';
import type { Report } from './report/report.ts';
import { readVersions } from './report/versions.ts';

// So that what was started ends with this process.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));

try {
  const args = process.argv.slice(2);
  if (args[0] === 'compare') compareFiles(args.slice(1));
  else await run(readCommandLine(args, families));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

function compareFiles(files: readonly string[]): void {
  const [before, after] = files;
  if (before === undefined || after === undefined || files.length > 2) {
    throw new UsageError('pnpm bench compare OLD.json NEW.json');
  }
  console.log(compareReports(readReport(before), readReport(after)));
}

async function run(options: CommandOptions): Promise<void> {
  const machine = describeMachine(options.scratchParent);
  const versions = readVersions();
  console.log(describeMachineInWords(machine, versions));
  const results: CaseResult[] = [];
  for (const each of options.cases) {
    const result = await runCase(each, options);
    console.log(describeCase(result));
    results.push(result);
  }
  console.log(describeAims(results));
  const { family, rounds, plan, isQuick, keys } = options;
  const report: Report = { family: family.name, machine, versions, rounds, plan, isQuick, keys, cases: results };
  if (options.jsonFile !== undefined) writeFileSync(options.jsonFile, `${JSON.stringify(report, undefined, 2)}\n`);
  process.exitCode = results.every(({ isValid }) => isValid) ? 0 : 1;
}
