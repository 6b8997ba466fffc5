import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';

import type { MockApiKey } from '@holdfast/mocks';

/** The keys of the mock, which stand for the session's tokens. */
export const apiKeys = [
  { key: `hf_live_${'d'.repeat(43)}`, environment: 'live', label: 'person:ada@example.com' },
  { key: `hf_test_${'d'.repeat(43)}`, environment: 'test', label: 'person:ada@example.com' },
] as const satisfies readonly MockApiKey[];

const everyScope = [
  'resources:admin',
  'credits:admin',
  'capacity:admin',
  'events:read',
  'webhooks:admin',
  'keys:admin',
  'platform:admin',
];

const session = {
  person: { id: 'person_dev', name: 'Ada Lovelace', email: 'ada@example.com' },
  isOperator: true,
  memberships: [{ tenantId: 'default', tenantName: 'Default', role: 'owner' }],
  signInUrl: null,
};

/** Answers as the server's sign-in does for somebody who is signed in. False: it isn't for here. */
export function answerSession(path: string, request: IncomingMessage, response: ServerResponse): boolean {
  const answers: Readonly<Record<string, () => Promise<object | undefined>>> = {
    '/dashboard/session': async () => session,
    '/dashboard/token': async () => tokenFor((await json(request)) as { environment: string }),
    '/dashboard/first-keys': async () => undefined,
    '/dashboard/sign-out': async () => undefined,
    '/dashboard/sign-out-everywhere': async () => undefined,
  };
  const answer = answers[path];
  if (answer === undefined) return false;
  void answer().then((body) => {
    response.writeHead(body === undefined ? 204 : 200, { 'content-type': 'application/json' });
    response.end(body && JSON.stringify(body));
  });
  return true;
}

function tokenFor({ environment }: { readonly environment: string }): object {
  const token = apiKeys.find((each) => each.environment === environment)?.key;
  return { token, expiresAt: new Date(Date.now() + 900_000).toISOString(), scopes: everyScope };
}
