/** Memory is booked in multiples of it. */
const grainGb = 4;

const dollars = new Intl.NumberFormat('en', { style: 'currency', currency: 'USD' });
const smallDollars = new Intl.NumberFormat('en', { style: 'currency', currency: 'USD', maximumFractionDigits: 6 });
const gbHours = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

/** An amount that can be booked, as somebody types it; undefined where it is none. */
export function parseGb(text: string): number | undefined {
  const plain = text.replaceAll(/[\s,]/gu, '');
  const gb = /^\d+$/u.test(plain) ? Number(plain) : 0;
  return gb > 0 && Number.isSafeInteger(gb) && gb % grainGb === 0 ? gb : undefined;
}

/** From micro-dollars: `$1,234.57`; below a dollar with all decimals: `$0.0125`. */
export function formatDollars(micros: number): string {
  return (micros < 1_000_000 ? smallDollars : dollars).format(micros / 1_000_000);
}

/** From GB-seconds: `1,024`. */
export function formatGbHours(gbSeconds: number): string {
  return gbHours.format(gbSeconds / 3_600);
}

/** How much of a whole there is: `42%`; nothing of nothing is none. */
export function formatShare(part: number, whole: number): string {
  return whole === 0 ? '–' : `${Math.round((part / whole) * 100)}%`;
}
