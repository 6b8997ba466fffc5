import type { IncomingMessage } from 'node:http';

import { signIn, StoreUnavailable } from '@holdfast/engine';
import type { Service } from '@holdfast/engine';
import { randomNonce, randomPKCECodeVerifier, randomState } from 'openid-client';

import type { SignInConfig } from '../config/sign-in-variables.ts';
import type { Page } from '../http/page.ts';
import { splitTarget } from '../http/request-target.ts';
import type { Logger } from '../log/logger.ts';
import { isAllowed } from './allowed-people.ts';
import { readCookie, removeCookie, setCookie } from './cookies.ts';
import { flowSeconds } from './flow-seal.ts';
import type { FlowSeal } from './flow-seal.ts';
import type { IdentityFault, OpenidProvider } from './openid-provider.ts';
import { refusalPage } from './refusal-page.ts';
import { toReturnPath } from './return-path.ts';
import { sessionCookie } from './session-cookie.ts';
import { siteOf } from './site.ts';
import type { Site } from './site.ts';

export interface SignInPagesOptions {
  readonly service: Service;
  /** Undefined where people sign in by start links only. */
  readonly provider: OpenidProvider | undefined;
  readonly seal: FlowSeal;
  readonly config: SignInConfig;
  readonly logger: Logger;
}

const callbackPath = '/sign-in/callback';

/** The way to the provider and back: authorization code flow with PKCE, state and nonce. */
export class SignInPages {
  readonly #options: SignInPagesOptions;

  constructor(options: SignInPagesOptions) {
    this.#options = options;
  }

  /** `GET /sign-in?return=…`: sends the browser to the provider; `account=other` has it ask which account. */
  readonly begin = (request: IncomingMessage): Promise<Page> => {
    return this.#answer(request, async (site, provider, parameters) => {
      const flow = {
        state: randomState(),
        nonce: randomNonce(),
        verifier: randomPKCECodeVerifier(),
        returnPath: toReturnPath(parameters.get('return')),
      };
      const redirectUri = site.origin + callbackPath;
      const asksWho = parameters.get('account') === 'other';
      const url = await provider.authorizationUrl({ flow, redirectUri, asksWho });
      if (typeof url !== 'string') return this.#refuse(url);
      return redirect(url, [setCookie('hf_sign_in', await this.#options.seal.seal(flow), site, flowSeconds)]);
    });
  };

  /** `GET /sign-in/callback`: whoever comes back from the provider gets a session, or is told why not. */
  readonly finish = (request: IncomingMessage): Promise<Page> => {
    return this.#answer(request, async (site, provider, parameters) => {
      const { service, seal, config } = this.#options;
      const sealed = readCookie(request, 'hf_sign_in', site);
      const flow = sealed === undefined ? undefined : await seal.open(sealed);
      const retryUrl = `${site.origin}/sign-in`;
      if (flow === undefined) return refusalPage('noFlow', { retryUrl });

      const callback = new URL(`${site.origin}${callbackPath}?${parameters.toString()}`);
      const identity = await provider.identify(callback, flow);
      const cookies = [removeCookie('hf_sign_in', site)];
      const again = `return=${encodeURIComponent(flow.returnPath)}`;
      if ('fault' in identity) return { ...this.#refuse(identity, `${retryUrl}?${again}`), cookies };
      const signedIn = await signIn(service, identity, isAllowed(config.signInAllow, identity));
      if (signedIn === 'notAllowed') {
        const { email } = identity;
        return { ...refusalPage('notAllowed', { email, retryUrl: `${retryUrl}?account=other&${again}` }), cookies };
      }
      return redirect(site.origin + flow.returnPath, [sessionCookie(signedIn, site, service), ...cookies]);
    });
  };

  async #answer(
    request: IncomingMessage,
    answer: (site: Site, provider: OpenidProvider, parameters: URLSearchParams) => Promise<Page>,
  ): Promise<Page> {
    const { provider, config, logger } = this.#options;
    const site = siteOf(request, config.publicUrl);
    if (provider === undefined) return refusalPage('noProvider');
    if (site === undefined) return refusalPage('notPrivate');
    try {
      return await answer(site, provider, new URLSearchParams(splitTarget(request.url ?? '').query));
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      logger.warn({ err: error }, 'a person could not be signed in');
      return refusalPage('storeAway');
    }
  }

  #refuse({ fault, reason }: IdentityFault, retryUrl?: string): Page {
    this.#options.logger.warn({ fault, reason }, 'a person could not be signed in');
    return refusalPage(fault, { ...(retryUrl !== undefined && { retryUrl }) });
  }
}

function redirect(url: string, cookies: readonly string[]): Page {
  return { status: 303, headers: { Location: url, 'Referrer-Policy': 'no-referrer' }, cookies, body: '' };
}
