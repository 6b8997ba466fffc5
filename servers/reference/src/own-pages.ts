import { sealingKey } from '@holdfast/engine';
import type { Service } from '@holdfast/engine';

import type { ServerConfig } from './config/config.ts';
import { DashboardPages } from './dashboard/dashboard-pages.ts';
import type { ActionSource, OwnPages } from './http/app.ts';
import type { Logger } from './log/logger.ts';
import { carryOut } from './sign-in/actions.ts';
import { FlowSeal } from './sign-in/flow-seal.ts';
import { OpenidProvider } from './sign-in/openid-provider.ts';
import { SessionEndpoints } from './sign-in/session-endpoints.ts';
import { SignInPages } from './sign-in/sign-in-pages.ts';

export interface OwnPagesOptions {
  readonly service: Service;
  readonly config: ServerConfig;
  readonly logger: Logger;
  readonly dashboardFolder: string;
}

/** Sign-in and the dashboard: all that depends on a session. */
export function createOwnPages({ service, config, logger, dashboardFolder }: OwnPagesOptions): OwnPages {
  const { signInProvider, publicUrl } = config;
  const { now, elapsedMs } = service.environment;
  const provider = signInProvider && new OpenidProvider(signInProvider, elapsedMs);
  const seal = new FlowSeal({ key: () => sealingKey(service), now });
  const signIn = new SignInPages({ service, provider, seal, config, logger });
  const session = new SessionEndpoints({ service, publicUrl, hasProvider: provider !== undefined });
  const dashboard = new DashboardPages(dashboardFolder);
  const actions = Object.entries(session.actions).map(([path, action]): [string, ActionSource] => {
    return [path, (_request, response) => carryOut(action, response, publicUrl)];
  });
  return {
    actions: Object.fromEntries(actions),
    pages: {
      '/sign-in': signIn.begin,
      '/sign-in/callback': signIn.finish,
      '/dashboard/session': session.show,
      '/dashboard': dashboard.show,
      '/dashboard/': dashboard.show,
      '/dashboard/*path': dashboard.show,
    },
  };
}
