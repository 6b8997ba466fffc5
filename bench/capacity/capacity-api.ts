import { apiKeyOf } from '../holdfast/api-key.ts';
import type { HttpRequest } from '../load/http-request.ts';
import { gridTime } from './grid.ts';

/** What every booking takes of each of its intervals. */
export const capacityGb = 4;

/** Enough for any run. */
export const greatestLimitGb = 500_000_000; // Twice as much could cost more, at the usual rates, than an answer can say.

const reservationsPath = '/api/capacity/reservations';

const apiKey = apiKeyOf(0);
const isReservation = [/"reservationId":"[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}"/u, /"createdAt":"\d{4}-[^"]+Z"/u];

/** The body is put together by hand: the load shares the cores with what it measures. */
export function reserveRequest(intervals: readonly number[], idempotencyKey?: string): HttpRequest {
  const texts = intervals.map(
    (each) => `{"startsAt":"${gridTime(each)}","endsAt":"${gridTime(each + 1)}","capacityGb":${capacityGb}}`,
  );
  return { path: reservationsPath, apiKey, idempotencyKey, body: `{"intervals":[${texts.join(',')}]}` };
}

export function calendarPath(from: number, to: number): string {
  return `/api/capacity/calendar?from=${gridTime(from)}&to=${gridTime(to)}`;
}

/** A page of what was ever booked, newest first. */
export function listPath(limit: number, cursor?: string): string {
  const after = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
  return `${reservationsPath}?from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z&limit=${limit}${after}`;
}

export function getRequest(path: string): HttpRequest {
  return { path, apiKey };
}

/** Whether an answer says that all was reserved as this body asked for it. */
export function isReserved(answer: string, body: string): boolean {
  return isReservation.every((part) => part.test(answer)) && answer.includes(body.slice(1, -1));
}

/** Whether an answer says of each of so many intervals that nothing is left of it. */
export function isRefused(answer: string, intervalCount: number): boolean {
  const failing = answer.split(`"requestedGb":${capacityGb},"reservableGb":0,"reason":"insufficient_capacity"`);
  return answer.includes('"error":"capacity_not_available"') && failing.length - 1 === intervalCount;
}

export interface LimitChange {
  readonly platform_capacity_gb?: number;
  readonly org_cap_gb: number;
  readonly from?: string;
  readonly to?: string;
}

/** Sets limits, which must succeed. */
export async function setLimits(url: string, change: LimitChange): Promise<void> {
  const headers = { 'X-API-Key': apiKey, 'Content-Type': 'application/json' };
  const response = await fetch(`${url}/v1/admin/capacity`, { method: 'PUT', headers, body: JSON.stringify(change) });
  if (!response.ok) throw new Error(`Limits could not be set: ${await response.text()}`);
}

/** A page, which must be there. */
export async function readPage(url: string, path: string): Promise<string> {
  const response = await fetch(`${url}${path}`, { headers: { 'X-API-Key': apiKey } });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} was answered with status ${response.status}: ${text.slice(0, 1_000)}`);
  return text;
}
