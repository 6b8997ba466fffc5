import type { ComponentType } from 'react';

import type { IconName } from '../ui/icon.tsx';

/** A view of a place. */
export interface View {
  /** Its address below the place's, with `$name` for what varies: `credits`, `credits/$customer`. */
  readonly path: string;
  /** Loads its component when it is first opened, or about to be. */
  readonly load: () => Promise<{ readonly View: ComponentType }>;
  /** Its place in the navigation; absent for what is reached through another view. */
  readonly entry?: NavigationEntry;
}

interface NavigationEntry {
  readonly label: string;
  readonly icon: IconName;
  readonly group: NavigationGroup;
  /** Whether only operators of the server have it. */
  readonly isForOperators?: boolean;
}

type NavigationGroup = (typeof navigationGroups)[number];

/** In this order. */
export const navigationGroups = ['Activity', 'Developers', 'Organisation', 'Server'] as const;

/** All views, in the order of the navigation. A view is added here, by one entry for each of its paths. */
export const views: readonly View[] = [
  {
    path: 'overview',
    load: () => import('../views/overview/overview-view.tsx'),
    entry: { label: 'Overview', icon: 'overview', group: 'Activity' },
  },
  {
    path: 'resources',
    load: () => import('../views/resources/resources-view.tsx'),
    entry: { label: 'Resources', icon: 'resources', group: 'Activity' },
  },
];
