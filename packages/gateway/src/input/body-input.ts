import type { FieldFault } from '@holdfast/engine';

import { deepestNesting, mostMembers, scanJson } from '../json/scan-json.ts';
import { invalidRequestProblem } from '../problems/problems.ts';
import type { Problem } from '../problems/problems.ts';
import { bodyCompressed, bodyTooLarge, headerAmbiguous, notJson } from '../problems/standard-problems.ts';
import type { UnreadBody, WireRequest } from '../wire.ts';
import { headerValuesOf, isAmbiguous } from './header-values.ts';

/** A JSON body. */
export interface BodyInput {
  readonly value: unknown;
  /** Faults of its text that its value doesn't show. */
  readonly textFaults: readonly FieldFault[];
  /** Where a list or object exceeds every limit of the contract; `value` lacks the rest of its members. */
  readonly cutAt: string | undefined;
}

/** @param pause - Awaited between two long steps. */
export async function readBody(request: WireRequest, pause: () => Promise<void>): Promise<BodyInput | Problem> {
  if (isAmbiguous(headerValuesOf(request, 'Content-Type'))) return headerAmbiguous('Content-Type');
  const mediaType = request.header('Content-Type')?.split(';')[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') return notJson(mediaType);
  if (typeof request.body !== 'string') return explainUnread(request.body);
  if (request.body.startsWith('\ufeff')) return wrongBody('json', 'must be JSON: it begins with a byte-order mark');
  const { isTooDeep, faults, text, cutAt } = scanJson(request.body);
  if (isTooDeep) return wrongBody('maxDepth', `must not nest deeper than ${deepestNesting} arrays and objects`);
  await pause();
  try {
    return { value: JSON.parse(text) as unknown, textFaults: faults, cutAt };
  } catch (error) {
    return wrongBody('json', `must be JSON: ${error instanceof Error ? error.message : 'it is malformed'}`);
  }
}

/** Faults of a body's value and text, one for each field. */
export function addTextFaults(found: readonly FieldFault[], { textFaults, cutAt }: BodyInput): readonly FieldFault[] {
  // What was cut off isn't missing.
  const surelyFound = cutAt === undefined ? found : found.filter(({ rule }) => rule !== 'required');
  const fields = new Set(surelyFound.map(({ field }) => field));
  const all = [...surelyFound, ...textFaults.filter(({ field }) => !fields.has(field))];
  return all.length === 0 && cutAt !== undefined ? [tooManyMembers(cutAt, found.length === 0)] : all;
}

/** Most schemas report a list that is too long, and unknown members. Metadata's doesn't. */
function tooManyMembers(field: string, isInMetadata: boolean): FieldFault {
  if (!isInMetadata) return { field, rule: 'maxProperties', message: `must not have more than ${mostMembers} members` };
  return {
    field,
    rule: 'maxBytes',
    message: `must be at most 4096 bytes as JSON, but has more than ${mostMembers} members`,
  };
}

function explainUnread({ unread }: UnreadBody): Problem {
  switch (unread) {
    case 'tooLarge':
      return bodyTooLarge;
    case 'compressed':
      return bodyCompressed;
    case 'notUtf8':
      return wrongBody('encoding', 'must be UTF-8');
  }
}

function wrongBody(rule: string, message: string): Problem {
  return invalidRequestProblem([{ field: 'body', rule, message }]);
}
