import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';

import type { BenchCase, BenchFamily } from './comparison/bench-case.ts';
import type { BenchRunOptions } from './comparison/bench-run.ts';
import { keyForms } from './load/idempotency-keys.ts';
import type { KeyForm } from './load/idempotency-keys.ts';

export interface CommandOptions extends BenchRunOptions {
  readonly family: BenchFamily;
  readonly cases: readonly BenchCase[];
  readonly jsonFile: string | undefined;
}

/** The command line says something that doesn't exist. The message is for whoever typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Reads the command line. @throws {@link UsageError} with what can be said instead. */
export function readCommandLine(args: readonly string[], families: readonly BenchFamily[]): CommandOptions {
  const { values, positionals } = parse(args);
  const family = families.find(({ name }) => name === positionals[0]);
  if (family === undefined || positionals.length > 1) throw new UsageError(usage(families));
  const isQuick = values.quick;
  return {
    family,
    cases: chooseCases(family, values.only),
    jsonFile: values.json,
    isQuick,
    rounds: toCount('rounds', values.rounds) ?? (isQuick ? 1 : 5),
    plan: {
      warmUpMs: toCount('warm-up-ms', values['warm-up-ms']) ?? (isQuick ? 200 : 1_000),
      measureMs: toCount('sample-ms', values['sample-ms']) ?? (isQuick ? 500 : 2_000),
    },
    keys: toKeyForm(values.keys),
    serverFlags: values['server-flags']?.split(' ').filter(Boolean) ?? [],
    scratchParent: values.scratch,
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: joinServerFlags(args),
      allowPositionals: true,
      options: {
        quick: { type: 'boolean', default: false },
        scratch: { ...text, default: tmpdir() },
        json: text,
        only: text,
        rounds: text,
        'sample-ms': text,
        'warm-up-ms': text,
        keys: { ...text, default: 'random' },
        'server-flags': text,
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Flags begin with dashes, which `parseArgs` takes for another option of ours, unless they are one word with theirs. */
function joinServerFlags(args: readonly string[]): string[] {
  const at = args.indexOf('--server-flags');
  if (at === -1 || at === args.length - 1) return [...args];
  return [...args.slice(0, at), `--server-flags=${args[at + 1]}`, ...args.slice(at + 2)];
}

/** The cases whose names begin with one of those that were given. */
function chooseCases({ cases }: BenchFamily, only: string | undefined): readonly BenchCase[] {
  if (only === undefined) return cases;
  const beginnings = only.split(',');
  const names = cases.map(({ name }) => name);
  const unknown = beginnings.filter((beginning) => !names.some((name) => name.startsWith(beginning)));
  if (unknown.length > 0) throw new UsageError(`There is no ${unknown.join(', ')}; there are ${names.join(', ')}.`);
  return cases.filter(({ name }) => beginnings.some((beginning) => name.startsWith(beginning)));
}

function toCount(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,7}$/u.test(text)) throw new UsageError(`--${name} must be a whole number.`);
  return Number(text);
}

function toKeyForm(text: string): KeyForm {
  const form = keyForms.find((each) => each === text);
  if (form === undefined) throw new UsageError(`--keys must be ${keyForms.join(' or ')}.`);
  return form;
}

function usage(families: readonly BenchFamily[]): string {
  return [
    `pnpm bench ${families.map(({ name }) => name).join('|')} [--only NAME,…] [--quick] [--json FILE] [--rounds N]`,
    '  [--sample-ms N] [--warm-up-ms N] [--keys random|uuidv7] [--scratch FOLDER] [--server-flags "--cpu-prof …"]',
    'pnpm bench compare OLD.json NEW.json',
  ].join('\n');
}
