import { intervals } from '@holdfast/sdk';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';

import { describeInBrowser } from './chromium.ts';
import { openDashboard } from './open-dashboard.ts';

const dayMs = 86_400_000;

/** Monday of the week after the next: none of it is past, or too soon. January 5, 1970, was a Monday. */
const mondayMs = (Math.floor((Date.now() / dayMs - 4) / 7) + 2) * 7 * dayMs + 4 * dayMs;

const week = new Date(mondayMs).toISOString().slice(0, 10);
const dayFormat = new Intl.DateTimeFormat('en', { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' });

const timeOn = (day: number, hour: number) => new Date(mondayMs + day * dayMs + hour * 3_600_000);

/** The calendar's cell that begins at a time and says this. */
function cell(page: Page, day: number, times: string, says: string) {
  const name = `${dayFormat.format(timeOn(day, 0))}, ${times}: ${says}`;
  return page.getByRole('gridcell', { name }).first();
}

interface Quarter {
  readonly day: number;
  readonly hour: number;
}

/** Drags from the middle of one quarter of an hour to the middle of another. */
async function drag(page: Page, ...quarters: readonly [from: Quarter, to: Quarter]): Promise<void> {
  const grid = page.getByRole('grid');
  // After a look at it on a phone, its days are rows again.
  await expect.poll(async () => (await grid.boundingBox())!.height).toBeLessThan(300);
  const { x, y, width, height } = (await grid.boundingBox())!;
  const [from, to] = quarters.map(({ day, hour }) => {
    return [x + (width * (hour + 1 / 8)) / 24, y + (height * (day + 1 / 2)) / 7] as const;
  });
  await page.mouse.move(...from!);
  await page.mouse.down();
  await page.mouse.move(...to!, { steps: 4 });
  await page.mouse.up();
}

describeInBrowser('capacity', () => {
  const dashboard = openDashboard();

  test('is booked by dragging over the calendar, the same hours of several days', async () => {
    const { page, holdfast, check } = await dashboard.open(`capacity?week=${week}`);
    await cell(page, 1, '00:00–24:00', '0 of').waitFor();
    await drag(page, { day: 1, hour: 9 }, { day: 3, hour: 11.75 });
    await page.getByText('09:00–12:00 each day').waitFor();
    await page.getByText('576 GB-hours').waitFor();
    await page.getByRole('button', { name: 'Book', exact: true }).click();
    await page.getByText('Booked 36 quarters of an hour').waitFor();
    await cell(page, 3, '09:00–12:00', '64 of 1,024 GB booked').waitFor();
    for (const day of [1, 2, 3]) {
      const rows = await holdfast.capacity.calendar({ from: timeOn(day, 0), to: timeOn(day + 1, 0) });
      expect(rows.flatMap(({ reservedGb }, quarter) => (reservedGb === 64 ? [quarter] : []))).toEqual(
        Array.from({ length: 12 }, (_, index) => 36 + index),
      );
    }
    await check('capacity');
  });

  test('that is too much is refused with the figures in place, and what fits can be booked', async () => {
    const { page, holdfast, check } = await dashboard.open(`capacity?week=${week}`);
    await holdfast.capacity.reserve({ intervals: intervals(timeOn(2, 10), timeOn(2, 12), 960) });
    await cell(page, 2, '10:00–12:00', '960 of').waitFor();
    await page.getByRole('textbox', { name: 'GB of memory' }).fill('128');
    await drag(page, { day: 2, hour: 13.75 }, { day: 2, hour: 8 });
    await page.getByRole('grid').getByText('64 GB', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Book', exact: true }).click();
    const refused = page.getByRole('alert').getByRole('row', { name: '10:00–12:00 128 GB 64 GB' });
    await refused.waitFor();
    await page.getByRole('button', { name: 'Book', exact: true, disabled: false }).waitFor();
    await check('capacity-refused');
    await page.getByRole('button', { name: 'Book what fits' }).click();
    await cell(page, 2, '10:00–12:00', '1,024 of').waitFor();
    await cell(page, 2, '12:00–14:00', '128 of').waitFor();
    expect(await refused.count()).toBe(0);
  });

  test('is booked by keys alone, through the night', async () => {
    const { page, holdfast } = await dashboard.open(`capacity?week=${week}`);
    await cell(page, 0, '00:00–24:00', '0 of').waitFor();
    await page.getByText('Straight through').click();
    await page.getByRole('grid').focus();
    for (const key of ['End', 'ArrowLeft', 'Shift+ArrowDown', 'Shift+Home', 'Shift+ArrowRight']) {
      await page.keyboard.press(key);
    }
    await page.keyboard.press('Enter');
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('32');
    await page.keyboard.press('Enter');
    await page.getByText('Booked 4 quarters of an hour').waitFor();
    const rows = await holdfast.capacity.calendar({ from: timeOn(0, 23), to: timeOn(1, 1) });
    expect(rows.map(({ reservedGb }) => reservedGb)).toEqual([0, 0, 32, 32, 32, 32, 0, 0]);
  });

  test('is shown in the week that the address says, and as another client books it', async () => {
    const { page, holdfast, check } = await dashboard.open('capacity');
    await page.getByText('Book an hour', { exact: true }).waitFor();
    await check('capacity-empty');
    for (let weeks = 0; weeks < 2; weeks++) await page.getByRole('button', { name: 'Week after' }).click();
    await cell(page, 4, '00:00–24:00', '0 of').waitFor();
    expect(new URL(page.url()).searchParams.get('week')).toBe(week);
    await holdfast.capacity.reserve({ intervals: intervals(timeOn(4, 7), timeOn(4, 8), 256) });
    await cell(page, 4, '07:00–08:00', '256 of').waitFor();
  });
});
