import { operations } from '@holdfast/contract';
import type { OperationDescription } from '@holdfast/contract';

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

/** The lines of a log that shouldn't be there: warnings, errors, and what isn't a line of the log at all. */
export function findLogFaults(log: readonly string[]): readonly string[] {
  const lines = log.filter((line) => !isHarmless(line));
  const shown = lines.slice(0, mostLines).map((line) => `The server logged: ${line}`);
  return lines.length > mostLines ? [...shown, `and ${lines.length - mostLines} more lines of that kind.`] : shown;
}

async function findFaults(serverUrl: string): Promise<readonly string[]> {
  const ready = await fetch(`${serverUrl}/readyz`);
  const metrics = await (await fetch(`${serverUrl}/metrics`)).text();
  const answers = readAnswers(metrics);
  const total = answers.reduce((sum, { count }) => sum + count, 0);
  console.log(`The server gave ${total} answers: ${describeStatuses(answers)}.`);
  return [
    ...(ready.status === 200 ? [] : [`/readyz answers ${ready.status} at the end.`]),
    ...findDisagreements(metrics),
    ...answers.filter(isUnforeseen).map(describeAnswer),
    ...Object.values(operations).flatMap((operation) => findUntried(operation, answers)),
  ];
}

function readAnswers(metrics: string): readonly AnswerCount[] {
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

/** An operation that was only ever refused has hardly been tried, and the run says little about it. */
function findUntried({ operationId }: OperationDescription, answers: readonly AnswerCount[]): readonly string[] {
  const isTried = answers.some(({ operation, status }) => operation === operationId && status < 300);
  return isTried ? [] : [`${operationId} was never carried out.`];
}

function isHarmless(line: string): boolean {
  try {
    const { level } = JSON.parse(line) as { level?: unknown };
    return level === 'info' || level === 'debug' || level === 'trace';
  } catch {
    return false;
  }
}
