import type { Call } from '../checker/sequential-spec.ts';
import { isSuccess, problemOf } from './commands.ts';
import type { Answer, Command } from './commands.ts';

type Members = Readonly<Record<string, unknown>>;

/** Nothing follows from these. */
const leftOut: readonly string[] = [
  'tenant_id',
  'customer_id',
  'external_customer_id',
  'billable_metric_key',
  'environment',
  'pagination',
];

/** Such as `hold 3 units for 1 s as 4.2 → 201, id 7f3a…, expires_at 1014.00 ms, account {balance 10000, …}`. */
export function describeCall({ operation, answer }: Call<Command, Answer>, originMs: number): string {
  const { type, customer: _, ...rest } = operation;
  const request = [type, ...describeMembers(rest, originMs)].join(' ');
  if (answer === undefined) return `${request} → ?`;
  if (!isSuccess(answer)) return `${request} → ${answer.status} ${problemOf(answer)}`;
  return `${request} → ${[answer.status, ...describeMembers(answer.body as Members, originMs)].join(', ')}`;
}

function describeMembers(members: object, originMs: number): readonly string[] {
  const told = Object.entries(members).filter(([name, value]) => value !== null && !leftOut.includes(name));
  return told.map(([name, value]) => `${name} ${describeValue(name, value, originMs)}`);
}

function describeValue(name: string, value: unknown, originMs: number): string {
  if (name.endsWith('AtMs')) return `${((value as number) - originMs).toFixed(2)} ms`;
  if (typeof value === 'string') return describeText(name, value, originMs);
  if (Array.isArray(value)) return `[${value.map((each) => describeValue(name, each, originMs)).join('; ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${describeMembers(value, originMs).join(', ')}}`;
}

/** Ids of one customer differ in their ends alone. */
function describeText(name: string, value: string, originMs: number): string {
  if (name.endsWith('_at')) return `${(Date.parse(value) - originMs).toFixed(2)} ms`;
  return name === 'id' || name.endsWith('_id') ? `…${value.slice(-4)}` : value;
}
