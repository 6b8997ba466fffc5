/** The text of a field, without space around it; undefined if it is empty. */
export function textOf(form: FormData, name: string): string | undefined {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() || undefined : undefined;
}

/** A number; undefined if the field is empty. */
export function numberOf(form: FormData, name: string): number | undefined {
  const text = textOf(form, name);
  return text === undefined ? undefined : Number(text);
}

/** The lines of a field that aren't empty. */
export function linesOf(form: FormData, name: string): string[] {
  return (textOf(form, name) ?? '').split('\n').flatMap((line) => line.trim() || []);
}

/** The time of a field of the type `datetime-local`, which is in the reader's zone, as RFC 3339. */
export function timeOf(form: FormData, name: string): string | undefined {
  const text = textOf(form, name);
  return text === undefined ? undefined : new Date(text).toISOString();
}

/** RFC 3339 as a field of the type `datetime-local` has it: in the reader's zone, to the minute. */
export function toLocalTime(at: string): string {
  const date = new Date(at);
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

export function isChecked(form: FormData, name: string): boolean {
  return form.has(name);
}
