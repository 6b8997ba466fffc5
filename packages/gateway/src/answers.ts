import type { Family, OperationDescription } from '@holdfast/contract';

import { familyAt } from './families.ts';
import { writeErrorBody } from './problems/error-body.ts';
import type { ErrorShape, ProblemContext } from './problems/error-shape.ts';
import { writePlainTextFault } from './problems/plain-text-fault.ts';
import { writeProblemJson } from './problems/problem-json.ts';
import { headersOf, statusOf } from './problems/problems.ts';
import type { Problem } from './problems/problems.ts';
import type { TextAnswer, WireAnswer } from './wire.ts';

/** Each family has the error shape that its published text gives it. */
const shapes: Readonly<Record<Family, ErrorShape>> = {
  namedResources: writeErrorBody,
  credits: writeProblemJson,
  capacity: writePlainTextFault,
  webhooks: writeProblemJson,
  administration: writeProblemJson,
};

type Headers = Readonly<Record<string, string>>;

/** A stream is one of server-sent events; all else is JSON. */
export function answerSuccess({ statuses }: OperationDescription, value: unknown, headers: Headers): WireAnswer {
  const status = statuses.find((candidate) => candidate < 300) ?? 200;
  if (status === 204) return { status, headers, body: '' };
  if (value instanceof ReadableStream) {
    return { status, headers: { ...headers, 'Content-Type': 'text/event-stream' }, body: value };
  }
  const contentType = { 'Content-Type': 'application/json; charset=utf-8' };
  return { status, headers: { ...headers, ...contentType }, body: JSON.stringify(value) };
}

/** The path gives the family, and the family the shape. */
export function answerProblem(problem: Problem, path: string, context: ProblemContext, headers: Headers): TextAnswer {
  const { contentType, body } = shapes[familyAt(path)](problem, context);
  const all = { ...headers, 'Content-Type': contentType, ...headersOf(problem) };
  return { status: statusOf[problem.code], headers: all, body };
}
