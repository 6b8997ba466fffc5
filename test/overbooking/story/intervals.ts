/** Time is cut into intervals of 15 minutes, numbered from 1970 on. */
export const intervalMs = 15 * 60 * 1_000;

/** The year's last two hours, and the new year's first. MongoDB deletes by the real time: it must not get that far. */
const nightFrom = Date.UTC(2100, 11, 31, 22) / intervalMs;
const nightLength = 12;

export const night = { fromInterval: nightFrom, toInterval: nightFrom + nightLength };

/** When stories begin: the first interval can be booked for another half hour. */
export const startMs = Date.UTC(2100, 11, 31, 21);

/** Every interval that anybody ever asks for; the last two are a leap day's first, and one that is years ahead. */
export const allIntervals: readonly number[] = [
  ...Array.from({ length: nightLength }, (_, index) => nightFrom + index),
  Date.UTC(2104, 1, 29) / intervalMs,
  Date.UTC(2107, 6, 1, 12, 45) / intervalMs,
];

/** One that no story is about. */
export const unusedInterval = Date.UTC(2107, 6, 2) / intervalMs;

export const orgs = ['ash', 'birch', 'cedar', 'dogwood'];

/**
 * An org that books nothing, and whose own cap is never in the way: its calendar shows what the platform has left. Without
 * it, caps of 0 could hide which of two settings of the platform was the later one.
 */
export const onlooker = 'onlooker';
export const onlookersCap = { tenant: onlooker, orgGb: 1_000_000, range: undefined };

/** What the service is started with. */
export const settings = { platformCapacityGb: 96, orgCapGb: 40 };
