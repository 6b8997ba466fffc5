import { operations } from '@holdfast/contract';
import type { OperationDescription, OperationId } from '@holdfast/contract';

/** How often an operation was answered with a status. */
interface AnswerCount {
  /** `none` for a request that reached no operation. */
  readonly operation: string;
  readonly status: number;
  readonly count: number;
}

/** How many lines of the log are shown: one fault may log thousands. */
const mostLines = 5;

/** What the server itself tells against the run, by its metrics and its state: nothing, if all is well. */
export async function findServerFaults(serverUrl: string): Promise<readonly string[]> {
  try {
    return await findFaults(serverUrl);
  } catch (error) {
    return [`The server doesn't answer any more: ${String(error)}`];
  }
}

/** The operations that were only ever refused: they have hardly been tried, and the run says little about them. */
export async function findUntried(serverUrl: string): Promise<readonly OperationId[]> {
  return untriedIn(answersIn(await readMetrics(serverUrl)));
}

/** The lines of a log that shouldn't be there: warnings, errors, and what isn't a line of the log at all. */
export function findLogFaults(log: readonly string[]): readonly string[] {
  const lines = log.filter((line) => !isHarmless(line));
  const shown = lines.slice(0, mostLines).map((line) => `The server logged: ${line}`);
  return lines.length > mostLines ? [...shown, `and ${lines.length - mostLines} more lines of that kind.`] : shown;
}

async function findFaults(serverUrl: string): Promise<readonly string[]> {
  const ready = await fetch(`${serverUrl}/readyz`);
  const metrics = await readMetrics(serverUrl);
  const answers = answersIn(metrics);
  const total = answers.reduce((sum, { count }) => sum + count, 0);
  console.log(`The server gave ${total} answers: ${describeStatuses(answers)}.`);
  return [
    ...(ready.status === 200 ? [] : [`/readyz answers ${ready.status} at the end.`]),
    ...findDisagreements(metrics),
    ...answers.filter(isUnforeseen).map(describeAnswer),
    ...untriedIn(answers).map((operationId) => `${operationId} was never carried out.`),
  ];
}

async function readMetrics(serverUrl: string): Promise<string> {
  return (await fetch(`${serverUrl}/metrics`)).text();
}

function answersIn(metrics: string): readonly AnswerCount[] {
  const pattern = /^holdfast_http_request_duration_seconds_count\{operation="(\w+)",status="(\d+)"\} (\d+)$/gmu;
  return [...metrics.matchAll(pattern)].map(([, operation = '', status, count]) => {
    return { operation, status: Number(status), count: Number(count) };
  });
}

function describeAnswer({ operation, status, count }: AnswerCount): string {
  return `${operation} answered ${status}, ${count} times.`;
}

function describeStatuses(answers: readonly AnswerCount[]): string {
  const counts = new Map<number, number>();
  for (const { status, count } of answers) counts.set(status, (counts.get(status) ?? 0) + count);
  return [...counts]
    .sort()
    .map(([status, count]) => `${count} × ${status}`)
    .join(', ');
}

function findDisagreements(metrics: string): readonly string[] {
  return [...metrics.matchAll(/^holdfast_contract_disagreements_total\{operation="(\w+)"\} (\d+)$/gmu)].map(
    ([, operation, count]) => `The two validators of the contract disagree on ${operation}, ${count} times.`,
  );
}

/** A request that reaches no operation is answered 404 or 405, or 400 if it isn't even HTTP. */
function isUnforeseen({ operation, status }: AnswerCount): boolean {
  const description = Object.values<OperationDescription>(operations).find((each) => each.operationId === operation);
  return status >= 500 || !(description?.statuses ?? [400, 404, 405]).includes(status);
}

function untriedIn(answers: readonly AnswerCount[]): readonly OperationId[] {
  const tried = new Set(answers.filter(({ status }) => status < 300).map(({ operation }) => operation));
  return Object.values(operations).flatMap(({ operationId }) => (tried.has(operationId) ? [] : [operationId]));
}

function isHarmless(line: string): boolean {
  try {
    const { level } = JSON.parse(line) as { level?: unknown };
    return level === 'info' || level === 'debug' || level === 'trace';
  } catch {
    return false;
  }
}
