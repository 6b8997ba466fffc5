import type { Scope } from '@holdfast/sdk';
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
  /** Who lacks it doesn't find the view in the navigation. */
  readonly scope?: Scope;
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
  {
    path: 'credits',
    load: () => import('../views/credits/credits-view.tsx'),
    entry: { label: 'Credits', icon: 'credits', group: 'Activity' },
  },
  { path: 'credits/customers/$customer', load: () => import('../views/credits/customer-view.tsx') },
  {
    path: 'capacity',
    load: () => import('../views/capacity/capacity-view.tsx'),
    entry: { label: 'Capacity', icon: 'capacity', group: 'Activity' },
  },
  {
    path: 'events',
    load: () => import('../views/events/events-view.tsx'),
    entry: { label: 'Events', icon: 'events', group: 'Activity', scope: 'events:read' },
  },
  {
    path: 'webhooks',
    load: () => import('../views/webhooks/webhooks-view.tsx'),
    entry: { label: 'Webhooks', icon: 'webhooks', group: 'Developers', scope: 'webhooks:admin' },
  },
  {
    path: 'webhooks/$endpoint',
    load: () => import('../views/webhooks/endpoint-view.tsx'),
  },
  {
    path: 'keys',
    load: () => import('../views/keys/keys-view.tsx'),
    entry: { label: 'API keys', icon: 'keys', group: 'Developers', scope: 'keys:admin' },
  },
  {
    path: 'limits',
    load: () => import('../views/limits/limits-view.tsx'),
    entry: { label: 'Limits', icon: 'limits', group: 'Developers' },
  },
  {
    path: 'people',
    load: () => import('../views/people/people-view.tsx'),
    entry: { label: 'People', icon: 'people', group: 'Organisation', scope: 'keys:admin' },
  },
  {
    path: 'settings',
    load: () => import('../views/settings/settings-view.tsx'),
    entry: { label: 'Settings', icon: 'settings', group: 'Organisation' },
  },
  {
    path: 'operator',
    load: () => import('../views/operator/operator-view.tsx'),
    entry: { label: 'Server', icon: 'operator', group: 'Server', scope: 'platform:admin' },
  },
];
