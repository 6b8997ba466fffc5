import { html } from '../docs/html.ts';
import type { Page } from '../http/page.ts';
import { plainPage } from '../http/plain-page.ts';

/** Why a person isn't signed in. */
export type SignInFault =
  | 'noProvider'
  | 'notPrivate'
  | 'noFlow'
  | 'declined'
  | 'unproven'
  | 'unverified'
  | 'notAllowed'
  | 'providerAway'
  | 'storeAway';

interface Explanation {
  readonly status: number;
  readonly title: string;
  readonly advice: string;
  /** What the link to try again says; absent: that wouldn't help. */
  readonly retry?: string;
}

const explanations: Readonly<Record<SignInFault, Explanation>> = {
  noProvider: {
    status: 404,
    title: 'No sign-in provider is set up',
    advice: 'Whoever runs this server can print a link that signs you in, with npm run sign-in-link.',
  },
  notPrivate: {
    status: 403,
    title: 'Others could read along here',
    advice:
      'Sign-in works by https, or by http on the server’s own machine. Put a proxy with TLS in front of the server, and set HOLDFAST_PUBLIC_URL.',
  },
  noFlow: {
    status: 400,
    title: 'This sign-in can’t be finished here',
    advice: 'It began in another browser or tab, at another address, or more than ten minutes ago.',
    retry: 'Sign in',
  },
  declined: {
    status: 403,
    title: 'You weren’t signed in',
    advice: 'The sign-in was ended at the provider.',
    retry: 'Sign in',
  },
  unproven: {
    status: 400,
    title: 'The sign-in couldn’t be verified',
    advice: 'Nobody was signed in. If it happens again, the log of the server says why.',
    retry: 'Sign in',
  },
  unverified: {
    status: 403,
    title: 'Your email address isn’t verified',
    advice: 'Your provider must have verified it. Do that there, then sign in again.',
    retry: 'Sign in',
  },
  notAllowed: {
    status: 403,
    title: 'You haven’t been invited',
    advice: 'An owner of your team can invite this address, and you can use another account.',
    retry: 'Sign in with another account',
  },
  providerAway: {
    status: 503,
    title: 'The sign-in provider doesn’t answer',
    advice: 'Try again in a minute. Whoever is signed in already stays so, and API keys work on.',
    retry: 'Try again',
  },
  storeAway: {
    status: 503,
    title: 'The server is too busy, or its store is out of reach',
    advice: 'Try again in a minute.',
    retry: 'Try again',
  },
};

export interface RefusalDetails {
  /** Whom it is about. */
  readonly email?: string;
  /** Where the link to try again leads. */
  readonly retryUrl?: string;
}

/** A plain page that says what is wrong, and what to do. */
export function refusalPage(fault: SignInFault, { email, retryUrl = '/sign-in' }: RefusalDetails = {}): Page {
  const { status, title, advice, retry } = explanations[fault];
  const whom = email === undefined ? undefined : html`<p>You signed in as <strong>${email}</strong>.</p>`;
  const link = retry === undefined ? undefined : html`<p><a href="${retryUrl}">${retry}</a></p>`;
  return plainPage({ status, title, content: html`${whom}<p>${advice}</p>${link}` });
}
