import { readFileSync } from 'node:fs';

import { UsageError } from '../command-options.ts';
import type { CommandOptions } from '../command-options.ts';
import type { CaseResult } from '../comparison/bench-case.ts';
import type { Machine } from './machine.ts';

/** What `--json` writes: what was measured, where and how, with every sample. */
export interface Report extends Pick<CommandOptions, 'rounds' | 'plan' | 'isQuick'> {
  readonly family: string;
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  /** Absent in reports of before one could choose: a counter's, nearly in order. */
  readonly keys?: CommandOptions['keys'];
  readonly cases: readonly CaseResult[];
}

/** Reads what `--json` has written. @throws {@link UsageError} with what is wrong with the file. */
export function readReport(file: string): Report {
  const found = parse(file);
  if (!isReport(found)) throw new UsageError(`${file} is not a report: pnpm bench writes one with --json FILE.`);
  return found;
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch (error) {
    const reason = error instanceof SyntaxError ? 'it is not JSON' : String((error as NodeJS.ErrnoException).code);
    throw new UsageError(`${file} can’t be read: ${reason}.`);
  }
}

/** Whether it has the parts of a report that are compared. */
function isReport(found: unknown): found is Report {
  if (!isObject(found) || typeof found['family'] !== 'string') return false;
  const { machine, versions, plan, cases } = found;
  return [machine, versions, plan].every(isObject) && Array.isArray(cases) && cases.every(isCase);
}

function isCase(found: unknown): boolean {
  if (!isObject(found) || typeof found['name'] !== 'string' || typeof found['isValid'] !== 'boolean') return false;
  const { rows, ratios } = found;
  if (!Array.isArray(rows) || !Array.isArray(ratios)) return false;
  const hasMedian = ratios.every((ratio) => isObject(ratio) && 'median' in ratio);
  return hasMedian && rows.every((row) => isObject(row) && isObject(row['measures']) && areRounds(row['measures']));
}

function areRounds(measures: Readonly<Record<string, unknown>>): boolean {
  const isValue = (value: unknown) => value === null || typeof value === 'number';
  return Object.values(measures).every((rounds) => Array.isArray(rounds) && rounds.every(isValue));
}

function isObject(found: unknown): found is Readonly<Record<string, unknown>> {
  return typeof found === 'object' && found !== null && !Array.isArray(found);
}
