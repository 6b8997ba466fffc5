import type { WebhookEndpointPage } from '@holdfast/contract';

import { asFamily } from '../histories/family.ts';
import { webhookHistory } from '../histories/webhooks.ts';
import type { Answer, Command } from '../histories/webhooks/commands.ts';
import { firstCount } from '../histories/webhooks/tenant-spec.ts';
import { toAnswer, toRequest } from '../histories/webhooks/to-request.ts';
import { firstText, WebhookClient } from '../histories/webhooks/webhook-client.ts';
import { apiKeys, get, write } from './family.ts';
import type { Ask, Seen, SimulatedFamily } from './family.ts';

/** Whose endpoints they are. */
const tenant = 'first-tenant';

/** Endpoints of one tenant, up to as many as there may be. */
export const webhooks: SimulatedFamily = {
  name: 'webhooks',
  history: asFamily({
    ...webhookHistory,
    createClient: (options) => new WebhookClient(options, [tenant]),
  }),
  prepare: () =>
    Array.from({ length: firstCount }, () => {
      return write(apiKeys.first, toRequest({ type: 'create', tenant, text: firstText }));
    }),
  toRequest(command) {
    const asked = command as Command;
    return { apiKey: apiKeys.first, request: toRequest(asked), isWrite: asked.type !== 'look' };
  },
  toAnswer: (command, answer) => toAnswer(command as Command, answer),
  /** Nothing lapses. */
  checkLapsed: async () => [],
  checkSwept,
};

/** What was created is listed, once, unless it was deleted; and there are no more than there may be. */
async function checkSwept(ask: Ask, _scope: string, { calls }: Seen): Promise<readonly string[]> {
  const page = await ask<WebhookEndpointPage>(
    get(apiKeys.first, { operationId: 'listWebhookEndpoints', query: { limit: '100' } }),
  );
  const listed = page.data.map(({ id }) => id);
  const created: string[] = [];
  const deleted = new Set<string>();
  for (const { command, answer } of calls as readonly { command: Command; answer?: Answer }[]) {
    if (answer?.status === 201 && answer.id !== undefined) created.push(answer.id);
    if (command.type === 'delete') deleted.add(command.endpoint);
  }
  return [
    ...created.filter((id) => !deleted.has(id) && !listed.includes(id)).map((id) => `${id} is lost.`),
    ...(new Set(listed).size < listed.length ? ['An endpoint is listed twice.'] : []),
    ...(page.pagination.has_more ? ['There are more endpoints than there may be.'] : []),
  ];
}
