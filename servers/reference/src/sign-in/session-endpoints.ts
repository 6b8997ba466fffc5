import type { IncomingMessage } from 'node:http';

import {
  findSession,
  issueSessionToken,
  signInByLink,
  signOut,
  signOutEverywhere,
  takeFirstKeys,
} from '@holdfast/engine';
import type { Service } from '@holdfast/engine';
import type { Problem } from '@holdfast/gateway';

import type { Page } from '../http/page.ts';
import type { Action, Members } from './actions.ts';
import { readCookie, removeCookie } from './cookies.ts';
import { sessionCookie } from './session-cookie.ts';
import { siteOf } from './site.ts';
import type { Site } from './site.ts';

export interface SessionEndpointsOptions {
  readonly service: Service;
  readonly publicUrl: string | undefined;
  readonly hasProvider: boolean;
}

/** What the dashboard asks about its own session, whose token no script can read. */
export class SessionEndpoints {
  readonly #service: Service;
  readonly #publicUrl: string | undefined;
  readonly #signInUrl: string | null;

  constructor({ service, publicUrl, hasProvider }: SessionEndpointsOptions) {
    this.#service = service;
    this.#publicUrl = publicUrl;
    this.#signInUrl = hasProvider ? '/sign-in' : null;
  }

  /** `GET /dashboard/session`: who is signed in. */
  readonly show = async (request: IncomingMessage): Promise<Page> => {
    const signInUrl = this.#signInUrl;
    const token = this.#tokenOf(request, siteOf(request, this.#publicUrl));
    const session = token === undefined ? undefined : await findSession(this.#service, token);
    if (session === undefined) return json(401, { signInUrl });
    const { personId, name, email, isOperator, memberships } = session;
    return json(200, { person: { id: personId, name, email }, isOperator, memberships, signInUrl });
  };

  readonly actions: Readonly<Record<string, Action>> = {
    /** Signs in whoever has a start link. */
    '/dashboard/start': async (_request, { token }, site) => {
      const signedIn = typeof token === 'string' ? await signInByLink(this.#service, token) : undefined;
      if (signedIn === undefined) return json(410, linkUsed);
      return done([sessionCookie(signedIn, site, this.#service)]);
    },
    '/dashboard/token': (request, members, site) => {
      return this.#withSession(request, site, async (sessionToken) => {
        const place = placeIn(members);
        const issued = place && (await issueSessionToken(this.#service, sessionToken, place));
        if (issued === undefined) return notMember;
        const { token, expiresAtMs, scopes } = issued;
        return json(200, { token, expiresAt: new Date(expiresAtMs).toISOString(), scopes });
      });
    },
    '/dashboard/first-keys': (request, { tenantId }, site) => {
      return this.#withSession(request, site, async (sessionToken) => {
        const keys =
          typeof tenantId === 'string' ? await takeFirstKeys(this.#service, sessionToken, tenantId) : undefined;
        return keys === undefined ? done() : json(200, keys);
      });
    },
    '/dashboard/sign-out': async (request, _members, site) => {
      const token = this.#tokenOf(request, site);
      if (token !== undefined) await signOut(this.#service, token);
      return done([removeCookie('hf_session', site)]);
    },
    '/dashboard/sign-out-everywhere': async (request, _members, site) => {
      const token = this.#tokenOf(request, site);
      if (token !== undefined) await signOutEverywhere(this.#service, token);
      return done([removeCookie('hf_session', site)]);
    },
  };

  async #withSession(
    request: IncomingMessage,
    site: Site,
    answer: (sessionToken: string) => Promise<Page | Problem>,
  ): Promise<Page | Problem> {
    const token = this.#tokenOf(request, site);
    const session = token === undefined ? undefined : await findSession(this.#service, token);
    if (token === undefined || session === undefined) return json(401, { signInUrl: this.#signInUrl });
    return answer(token);
  }

  #tokenOf(request: IncomingMessage, site: Site | undefined): string | undefined {
    return site && readCookie(request, 'hf_session', site);
  }
}

const linkUsed = {
  error: 'gone',
  message: 'This link has been used, or is older than 15 minutes. npm run sign-in-link prints another one.',
};
const notMember: Problem = { code: 'forbidden', message: 'You are not a member of this tenant.' };

function placeIn({ tenantId, environment }: Members) {
  if (typeof tenantId !== 'string' || (environment !== 'live' && environment !== 'test')) return undefined;
  return { tenantId, environment } as const;
}

function json(status: number, value: object): Page {
  return { status, headers: { 'Content-Type': 'application/json; charset=utf-8' }, body: JSON.stringify(value) };
}

function done(cookies: readonly string[] = []): Page {
  return { status: 204, headers: {}, cookies, body: '' };
}
