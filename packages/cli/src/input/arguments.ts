import { InvalidArgumentError, Option } from 'commander';

/** Commander keeps no null: a word stands for it until {@link orNull} reads it. */
export type Unlimited = 'unlimited';

/** The words by which a setting is taken back. */
const backWords: readonly unknown[] = ['unlimited', 'never', 'all', 'any'];

function readCount(text: string): number {
  if (/^[1-9]\d{0,9}$/u.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number, at least 1.');
}

/** The number of an event, or 0 for the time before the first one. */
export function readNumber(text: string): number {
  const number = /^\d{1,16}$/u.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(number)) return number;
  throw new InvalidArgumentError('It must be the number of an event, or 0.');
}

/** A limit, if there is to be one. */
export function readLimit(text: string): number | Unlimited {
  if (text === 'unlimited') return text;
  if (/^[1-9]\d{0,9}$/u.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number, at least 1, or "unlimited".');
}

/** What the API has null for, where a word says so. */
export function orNull<Value>(value: Value): Exclude<Value, 'unlimited' | 'all' | 'any'> | null {
  return backWords.includes(value) ? null : (value as Exclude<Value, 'unlimited' | 'all' | 'any'>);
}

/** `a,b` once or several times: all of them. */
export function collect(text: string, earlier: readonly string[] = []): string[] {
  return [...earlier, ...text.split(',').map((each) => each.trim())];
}

/** `a,b` once or several times, or the word for every one. */
export function collectOrAny(text: string, earlier: readonly string[] | 'any' = []): string[] | 'any' {
  return text === 'any' ? text : collect(text, earlier === 'any' ? [] : earlier);
}

/** `Name: value`, once or several times, as curl takes headers. */
export function collectHeaders(text: string, earlier: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { name, value } = /^(?<name>[^\s:]+):\s*(?<value>.*)$/u.exec(text)?.groups ?? {};
  if (name !== undefined && value !== undefined) return { ...earlier, [name]: value };
  throw new InvalidArgumentError('It must be such as "X-Team: billing".');
}

/** `key=value`, once or several times. A value is text. */
export function collectMembers(text: string, earlier: Readonly<Record<string, string>> = {}): Record<string, string> {
  const mark = text.indexOf('=');
  if (mark < 1) throw new InvalidArgumentError('It must be key=value.');
  return { ...earlier, [text.slice(0, mark)]: text.slice(mark + 1) };
}

const secondsByUnit: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** `90s`, `30m`, `24h` or `7d`, as seconds. */
export function readSeconds(text: string): number {
  const { count = '', unit = '' } = /^(?<count>\d{1,9})(?<unit>[smhd])$/u.exec(text)?.groups ?? {};
  const seconds = Number(count) * (secondsByUnit[unit] ?? Number.NaN);
  if (count !== '' && !Number.isNaN(seconds)) return seconds;
  throw new InvalidArgumentError('It must be a time such as 90s, 30m, 24h or 7d.');
}

/** When something ends, if it does: a time in UTC, or so long from now. */
export function readEnd(text: string): string {
  return text === 'never' ? text : readTime(text, 'from now');
}

/** When something was: a time in UTC, or so long ago. */
export function readPast(text: string): string {
  return readTime(text, 'ago');
}

function readTime(text: string, direction: 'from now' | 'ago'): string {
  if (/^\d+[smhd]$/u.test(text)) {
    const milliseconds = readSeconds(text) * 1_000;
    return new Date(Date.now() + (direction === 'ago' ? -milliseconds : milliseconds)).toISOString();
  }
  const isTime = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z)?$/u.test(text);
  if (isTime && !Number.isNaN(Date.parse(text))) return new Date(text).toISOString();
  throw new InvalidArgumentError(
    `It must be a time in UTC such as 2027-11-21T00:00:00Z, or so long ${direction}: 90d, 12h.`,
  );
}

/** How much of a list to show. */
export function limitOption(): Option {
  return new Option('--limit <count>', 'show at most so many (all)').argParser(readCount);
}

type Given<Members> = {
  [Name in keyof Members as undefined extends Members[Name] ? never : Name]: Members[Name];
} & { [Name in keyof Members as undefined extends Members[Name] ? Name : never]?: Exclude<Members[Name], undefined> };

/** The members that were given: an option that wasn't must not stand in the request. */
export function given<Members extends object>(members: Members): Given<Members> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Given<Members>;
}
