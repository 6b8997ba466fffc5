import { useFilters } from '../../app/use-filters.ts';
import { useNow } from '../../ui/now.ts';
import { Page } from '../../ui/page.tsx';
import { BookingsCard } from './bookings-card.tsx';
import { Planner } from './planner.tsx';
import { UsageCard } from './usage-card.tsx';
import { WeekSwitch } from './week-switch.tsx';
import { parseWeek, toDate, weekOf, weeksLater } from './weeks.ts';

/** A week of capacity: what is booked, what can be, what was used of it, and what that costs. */
export function View() {
  const thisWeekMs = weekOf(useNow());
  const [{ week }, setFilters] = useFilters({ week: '' });
  const weekMs = parseWeek(week) ?? thisWeekMs;
  const show = (nextMs: number) => setFilters({ week: nextMs === thisWeekMs ? '' : toDate(nextMs) });
  return (
    <Page
      title="Capacity"
      description="Memory, booked ahead by the quarter of an hour. All times are UTC."
      actions={<WeekSwitch weekMs={weekMs} thisWeekMs={thisWeekMs} onShow={show} />}
    >
      <Planner weekMs={weekMs} onTurnWeek={(weeks) => show(weeksLater(weekMs, weeks))} />
      <UsageCard weekMs={weekMs} />
      <BookingsCard />
    </Page>
  );
}
