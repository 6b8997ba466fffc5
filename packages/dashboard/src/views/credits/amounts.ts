import { formatCredits } from '../../ui/format.ts';

/** Credits with their sign, for what was added or taken away. */
export function formatChange(millicredits: number): string {
  return millicredits > 0 ? `+${formatCredits(millicredits)}` : formatCredits(millicredits);
}

/** Credits as somebody types them, in millicredits; undefined where that is none, or more than can be kept exactly. */
export function parseCredits(text: string): number | undefined {
  const [, sign, whole = '', decimals = ''] = /^([-−+]?)(\d+)(?:\.(\d{1,3}))?$/u.exec(plain(text)) ?? [];
  if (whole === '') return undefined;
  const amount = BigInt(whole + decimals.padEnd(3, '0'));
  if (amount > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
  return sign === '-' || sign === '−' ? 0 - Number(amount) : Number(amount);
}

/** A whole number of at least 0 as somebody types it; undefined where that is none, or too large to be exact. */
export function parseUnits(text: string): number | undefined {
  if (!/^\d+$/u.test(plain(text))) return undefined;
  const units = Number(plain(text));
  return Number.isSafeInteger(units) ? units : undefined;
}

/** What was paid, in the smallest unit of its currency, such as cents. */
export function formatPrice(amount: number, currency: string | null): string {
  if (currency === null) return amount.toLocaleString('en');
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

/** Without spaces, and without the commas that numbers are shown with. */
function plain(text: string): string {
  return text.replaceAll(/[\s,]/gu, '');
}
