/** Time is cut into intervals of 15 minutes, numbered from 1970 on. */
export const intervalMs = 15 * 60 * 1_000;

/** The year's last two hours, and the new year's first. MongoDB deletes by the real time: it must not get that far. */
const nightFrom = Date.parse('2100-12-31T22:00:00Z') / intervalMs;
const nightLength = 12;

export const night = { fromInterval: nightFrom, toInterval: nightFrom + nightLength };

/** When programs begin: the first interval can be booked for another half hour. */
export const startMs = Date.parse('2100-12-31T21:00:00Z');

/** Every interval that anybody ever asks for; the last two are a leap day's first, and one that is years ahead. */
export const allIntervals: readonly number[] = [
  ...Array.from({ length: nightLength }, (_, index) => nightFrom + index),
  Date.parse('2104-02-29T00:00:00Z') / intervalMs,
  Date.parse('2107-07-01T12:45:00Z') / intervalMs,
];

/** One that no program is about. */
export const unusedInterval = Date.parse('2107-07-02T00:00:00Z') / intervalMs;

/** One that nobody books and no setting is for: it shows what is set for always, however full the others are. */
export const emptyInterval = unusedInterval + 1;

export const orgs = ['ash', 'birch', 'cedar', 'dogwood'];

/**
 * An org that books nothing, and whose own cap is never in the way: its calendar shows what the platform has left. Without
 * it, caps of 0 could hide which of two settings of the platform was the later one.
 */
export const observer = 'observer';
export const observersCap = { tenant: observer, orgGb: 1_000_000, range: undefined };

/** An org that books nothing and has no cap of its own: its calendar shows the cap for all. */
export const stranger = 'stranger';

/** What the service is started with. */
export const settings = { platformCapacityGb: 96, orgCapGb: 40 };
