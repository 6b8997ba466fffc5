import { expect, test } from 'vitest';

import { cellAt, heatmapHeight, placeOf } from './heatmap-layout.ts';
import type { HeatmapOrientation } from './heatmap-layout.ts';
import { daysOfWeek, quartersOfDay } from './weeks.ts';

const orientations: readonly HeatmapOrientation[] = ['rows', 'columns'];

test.each(orientations)('in %s, the middle of each cell is found under the pointer', (orientation) => {
  for (let day = 0; day < daysOfWeek; day++) {
    for (let quarter = 0; quarter < quartersOfDay; quarter++) {
      const place = placeOf({ day, fromQuarter: quarter, toQuarter: quarter + 1 }, orientation);
      const height = heatmapHeight(orientation);
      const x = (parseFloat(place.x) + parseFloat(place.width) / 2) / 100;
      const y = (Number(place.y) + Number(place.height) / 2) / height;
      expect(cellAt(x, y, orientation)).toEqual({ day, quarter });
    }
  }
});

test.each(orientations)('in %s, a pointer that has left the heatmap is at its edge', (orientation) => {
  expect(cellAt(-0.2, -3, orientation)).toEqual({ day: 0, quarter: 0 });
  expect(cellAt(1, 1.5, orientation)).toEqual({ day: 6, quarter: 95 });
});
