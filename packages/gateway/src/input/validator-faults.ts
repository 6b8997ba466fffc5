import type { ValidationError } from '@holdfast/contract';
import type { FieldFault } from '@holdfast/engine';

export type Part = 'body' | 'path' | 'query' | 'headers';

/** A validator's errors in one part of a request, with field, value and message. */
export function toFieldFaults(part: Part, sent: unknown, errors: readonly ValidationError[]): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  for (const error of errors) {
    // A wrong member name is reported twice: once by its own rule, which says more, and once by `propertyNames`.
    if (error.keyword === 'propertyNames') continue;
    const fault = toFieldFault(part, sent, error);
    const last = faults.at(-1);
    if (last?.field !== fault.field || last.message !== fault.message) faults.push(fault);
  }
  return faults;
}

function toFieldFault(part: Part, sent: unknown, error: ValidationError): FieldFault {
  const pointer = error.instancePath + memberOf(error);
  const fault = { field: nameField(part, pointer), rule: error.keyword, message: describeRule(error) };
  // The fault of a missing or unknown member isn't its value.
  return pointer === error.instancePath ? { ...fault, value: valueAt(sent, pointer) } : fault;
}

/** In our own words where ajv's make no sense without the schema. */
function describeRule({ keyword, params, message }: ValidationError): string {
  if (keyword === 'required') return 'must be given';
  if (keyword === 'additionalProperties') return 'is not a member that the contract knows';
  if (keyword === 'multipleOf') return `must be a multiple of ${String(params['multipleOf'])}`;
  if (isTime(keyword, params)) return 'must be a time in UTC (RFC 3339 with Z or +00:00)';
  return message ?? `breaks ${keyword}`;
}

/** Times have a format, and a pattern that narrows it down to UTC. */
function isTime(keyword: string, { format, pattern }: ValidationError['params']): boolean {
  if (keyword === 'format') return format === 'date-time';
  return keyword === 'pattern' && String(pattern).startsWith(String.raw`^\d{4}-\d{2}-\d{2}T`);
}

/** The faulty member, where the pointer ends at the object around it. */
function memberOf({ params, propertyName }: ValidationError): string {
  const member = params['missingProperty'] ?? params['additionalProperty'] ?? propertyName;
  return typeof member === 'string' ? `/${member.replaceAll('~', '~0').replaceAll('/', '~1')}` : '';
}

function nameField(part: Part, pointer: string): string {
  if (part === 'body') return pointer === '' ? 'body' : pointer;
  return `${part === 'headers' ? 'header' : part}${pointer.replace('/', '.')}`;
}

function valueAt(sent: unknown, pointer: string): unknown {
  const members = pointer.split('/').slice(1);
  return members.reduce((node, member) => {
    return (node as Readonly<Record<string, unknown>>)[member.replaceAll('~1', '/').replaceAll('~0', '~')];
  }, sent);
}
