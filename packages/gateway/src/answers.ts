import { familyAt } from './families.ts';
import type { Family } from './families.ts';
import { writeErrorBody } from './problems/error-body.ts';
import type { ErrorShape, ProblemContext } from './problems/error-shape.ts';
import { writePlainTextFault } from './problems/plain-text-fault.ts';
import { writeProblemJson } from './problems/problem-json.ts';
import { headersOf, statusOf } from './problems/problems.ts';
import type { Problem } from './problems/problems.ts';
import type { WireAnswer } from './wire.ts';

/** Each family has the error shape that its published text gives it. */
const shapes: Readonly<Record<Family, ErrorShape>> = {
  namedResources: writeErrorBody,
  credits: writeProblemJson,
  capacity: writePlainTextFault,
  administration: writeProblemJson,
};

type Headers = Readonly<Record<string, string>>;

export function answerJson(status: number, value: unknown, headers: Headers): WireAnswer {
  const contentType = { 'Content-Type': 'application/json; charset=utf-8' };
  return { status, headers: { ...headers, ...contentType }, body: JSON.stringify(value) };
}

/** The path tells the family, and the family the shape. */
export function answerProblem(problem: Problem, path: string, context: ProblemContext, headers: Headers): WireAnswer {
  const { contentType, body } = shapes[familyAt(path)](problem, context);
  const all = { ...headers, 'Content-Type': contentType, ...headersOf(problem) };
  return { status: statusOf[problem.code], headers: all, body };
}
