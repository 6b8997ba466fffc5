import { levelFills } from './levels.ts';

/** What the colours of the calendar say. */
export function Legend() {
  return (
    <div className="flex items-center gap-1.5 text-2xs text-muted">
      <span>free</span>
      <svg aria-hidden="true" width="84" height="12">
        {levelFills.map((fill, level) => (
          <rect key={fill} x={level * 14} width="13" height="12" rx="2" className={fill} />
        ))}
      </svg>
      <span>booked up</span>
    </div>
  );
}
