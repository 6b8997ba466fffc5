import type { FieldFault } from './outcomes.ts';

const largestMetadataBytes = 4_096;

/** What names of members must look like, as the contract has it. */
export const metadataNamePattern = String.raw`^(?!\$)(?!(?:__proto__|constructor|prototype)$)[^.\u0000-\u001f\u007f\ud800-\udfff]*$`;

/** One more than an answer names: a request may have metadata a thousand times. */
const mostFaults = 21;

const allowedName = new RegExp(metadataNamePattern, 'u');
const longestName = 256;

/** Faults of metadata that a schema can't express: its length as text, and names at any depth. */
export function findMetadataFaults(metadata: object | undefined, field: string): readonly FieldFault[] {
  if (metadata === undefined) return [];
  const text = JSON.stringify(metadata);
  // Too large to go through.
  if (isMetadataTooLarge(text)) return [metadataTooLarge(field, text)];
  const faults: FieldFault[] = [];
  addNameFaults(metadata, field, faults);
  return faults;
}

/** Whether metadata is longer, as JSON text, than is kept. */
export function isMetadataTooLarge(text: string): boolean {
  return byteLength(text) > largestMetadataBytes;
}

/** The schema only has a rule for the names of the outermost members. It holds at every depth. */
function addNameFaults(value: unknown, field: string, faults: FieldFault[]): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    const place = `${field}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const fault = Array.isArray(value) ? undefined : findFaultOfName(name);
    if (fault !== undefined) faults.push({ field: place, ...fault });
    addNameFaults(member, place, faults);
    if (faults.length >= mostFaults) return;
  }
}

/** In the schema's words. */
function findFaultOfName(name: string): Omit<FieldFault, 'field'> | undefined {
  if (name === '') return { rule: 'minLength', message: 'must NOT have fewer than 1 characters' };
  if (!allowedName.test(name)) return { rule: 'pattern', message: `must match pattern "${metadataNamePattern}"` };
  if (name.length <= longestName || [...name].length <= longestName) return undefined;
  return { rule: 'maxLength', message: `must NOT have more than ${longestName} characters` };
}

function metadataTooLarge(field: string, text: string): FieldFault {
  const message = `must be at most ${largestMetadataBytes} bytes as JSON, but has ${byteLength(text)}`;
  return { field, rule: 'maxBytes', message };
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
