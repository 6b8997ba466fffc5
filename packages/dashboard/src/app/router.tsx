import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Navigate,
  Outlet,
} from '@tanstack/react-router';

import { Spinner } from '../ui/spinner.tsx';
import { HomePage } from './home-page.tsx';
import { NotFoundPage } from './not-found-page.tsx';
import { PlaceLayout } from './place-layout.tsx';
import { ViewError } from './view-error.tsx';
import { views } from './views.ts';

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFoundPage });

const home = createRoute({ getParentRoute: () => root, path: '/', component: HomePage });

const place = createRoute({ getParentRoute: () => root, path: '$tenant/$environment', component: PlaceLayout });

const placeHome = createRoute({
  getParentRoute: () => place,
  path: '/',
  component: () => <Navigate from={place.fullPath} to="./overview" replace />,
});

const viewRoutes = views.map(({ path, load }) =>
  createRoute({ getParentRoute: () => place, path, component: lazyRouteComponent(load, 'View') }),
);

/** One route for each view, and one to wherever the reader was last. */
export const router = createRouter({
  routeTree: root.addChildren([home, place.addChildren([placeHome, ...viewRoutes])]),
  basepath: '/dashboard',
  defaultPreload: 'intent',
  defaultPendingComponent: () => <Spinner label="Loading" isPage />,
  defaultErrorComponent: ViewError,
  scrollRestoration: true,
});
