/** Fits until the year 5188. */
const timeLength = 9;
const randomLength = 16;

/** An id that sorts by the time of its making. `uuid` makes it unique. */
export function newId(prefix: 'tnt' | 'key' | 'whe', nowMs: number, uuid: string): string {
  const time = nowMs.toString(36).padStart(timeLength, '0');
  return `${prefix}_${time}${uuid.replaceAll('-', '').slice(0, randomLength)}`;
}
