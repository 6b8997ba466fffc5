import type { HeatmapOrientation } from './heatmap-layout.ts';
import type { SelectionAction } from './selection.ts';
import { quartersOfDay } from './weeks.ts';

/** What a key does: to the selection, or beyond it. */
export type KeyAction = SelectionAction | { readonly type: 'done' } | { readonly type: 'turn'; readonly weeks: 1 | -1 };

interface PressedKey {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}

/** Steps along quarters and days, as the arrows point where days are rows. */
const steps: Readonly<Record<string, { readonly days: number; readonly quarters: number }>> = {
  ArrowRight: { days: 0, quarters: 1 },
  ArrowLeft: { days: 0, quarters: -1 },
  ArrowDown: { days: 1, quarters: 0 },
  ArrowUp: { days: -1, quarters: 0 },
  Home: { days: 0, quarters: -quartersOfDay },
  End: { days: 0, quarters: quartersOfDay },
};

/** The same arrows where days are columns. */
const turned: Readonly<Record<string, string>> = {
  ArrowRight: 'ArrowDown',
  ArrowLeft: 'ArrowUp',
  ArrowDown: 'ArrowRight',
  ArrowUp: 'ArrowLeft',
};

/** What to do on a key; undefined: whatever the browser does. */
export function actionFor(pressed: PressedKey, orientation: HeatmapOrientation): KeyAction | undefined {
  const { key, shiftKey: isExtending } = pressed;
  if (pressed.ctrlKey || pressed.altKey || pressed.metaKey) return undefined;
  switch (key) {
    case 'Enter':
      return { type: 'done' };
    case ' ':
      return { type: 'select' };
    case 'Escape':
      return { type: 'clear' };
    case 'PageDown':
      return { type: 'turn', weeks: 1 };
    case 'PageUp':
      return { type: 'turn', weeks: -1 };
    default: {
      const step = steps[orientation === 'columns' ? (turned[key] ?? key) : key];
      return step && { type: 'move', ...step, isExtending };
    }
  }
}
