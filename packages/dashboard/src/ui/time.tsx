import { formatDuration, formatTime } from './format.ts';
import { useNow } from './now.ts';

/** Roughly how long ago something was, or how long it will be until then; the exact time is its tooltip. `at` is RFC 3339. */
export function RelativeTime({ at }: { readonly at: string }) {
  const nowMs = useNow();
  const agoMs = nowMs - Date.parse(at);
  const distance = formatDuration(Math.abs(agoMs), 1);
  const text = agoMs >= 0 ? `${distance} ago` : `in ${distance}`;
  return (
    <time dateTime={at} title={formatTime(at)} className="tabular-nums">
      {Math.abs(agoMs) < 5_000 ? 'just now' : text}
    </time>
  );
}

/** The exact time, in the reader's zone. */
export function ExactTime({ at }: { readonly at: string }) {
  return (
    <time dateTime={at} className="tabular-nums">
      {formatTime(at)}
    </time>
  );
}

/** What is left until then; nothing is left once it is over. */
export function Countdown({ until }: { readonly until: string }) {
  const leftMs = Date.parse(until) - useNow();
  const isSoon = leftMs < 10_000;
  return (
    <time dateTime={until} title={formatTime(until)} className={isSoon ? 'text-warning tabular-nums' : 'tabular-nums'}>
      {leftMs <= 0 ? 'lapsed' : formatDuration(leftMs)}
    </time>
  );
}
