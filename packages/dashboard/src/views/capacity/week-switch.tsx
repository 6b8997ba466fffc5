import { Button, IconButton } from '../../ui/button.tsx';
import { dayName, weeksLater } from './weeks.ts';

interface WeekSwitchProps {
  readonly weekMs: number;
  readonly thisWeekMs: number;
  readonly onShow: (weekMs: number) => void;
}

/** The week that is shown, and the ways to others. */
export function WeekSwitch({ weekMs, thisWeekMs, onShow }: WeekSwitchProps) {
  const isThisWeek = weekMs === thisWeekMs;
  return (
    <div className="flex items-center gap-1">
      <span className={isThisWeek ? 'invisible hidden sm:block' : ''}>
        <Button variant="ghost" onClick={() => onShow(thisWeekMs)}>
          This week
        </Button>
      </span>
      <IconButton icon="chevronLeft" label="Week before" onClick={() => onShow(weeksLater(weekMs, -1))} />
      <span className="min-w-40 text-center text-sm font-medium whitespace-nowrap tabular-nums" aria-live="polite">
        {dayName(weekMs, 0)} – {dayName(weekMs, 6)}
      </span>
      <IconButton icon="chevronRight" label="Week after" onClick={() => onShow(weeksLater(weekMs, 1))} />
    </div>
  );
}
