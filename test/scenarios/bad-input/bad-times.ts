/** Texts that are no times, or none that are allowed. */
export const badTimes: readonly [reason: string, text: string][] = [
  ['is empty', ''],
  ['is a day', '2099-01-01'],
  ['is a day that there is not', '2099-02-30T00:00:00Z'],
  ['is the hour 24', '2099-01-01T24:00:00Z'],
  ['is a leap second', '2016-12-31T23:59:60Z'],
  ['is in another time zone', '2099-01-01T00:00:00+01:00'],
  ['is in no time zone', '2099-01-01T00:00:00'],
  ['is the year 10,000', '10000-01-01T00:00:00Z'],
  ['has a space within', '2099-01-01 00:00:00Z'],
  ['has something behind it', '2099-01-01T00:00:00Z\n'],
  ['has 10,000 digits', `2099-01-01T00:00:00.${'0'.repeat(10_000)}Z`],
];
