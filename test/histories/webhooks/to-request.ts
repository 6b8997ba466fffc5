import type { WebhookEndpoint } from '@holdfast/contract';

import type { WireRequest } from '../../faults/wire-client.ts';
import type { Answer, Command } from './commands.ts';

/** Where nothing is sent to: nobody does what it is to be told. */
const endpoint = { url: 'https://hooks.example.com/', types: ['limit.reached'] };

/** @param idOf - The id of an endpoint that has a name. */
export function toRequest(command: Command, idOf: (name: string) => string = (name) => name): WireRequest {
  if (command.type === 'create') {
    return { operationId: 'createWebhookEndpoint', body: { ...endpoint, description: command.text } };
  }
  const path = { id: idOf(command.endpoint) };
  switch (command.type) {
    case 'look':
      return { operationId: 'getWebhookEndpoint', path };
    case 'change':
      return { operationId: 'updateWebhookEndpoint', path, body: { description: command.text } };
    case 'delete':
      return { operationId: 'deleteWebhookEndpoint', path };
  }
}

const foreseen: Readonly<Record<Command['type'], readonly number[]>> = {
  create: [201, 409],
  look: [200, 404],
  change: [200, 404],
  delete: [204, 404],
};

/** Throws if a command can't get such an answer. */
export function toAnswer(
  { type }: Command,
  { status, body }: { readonly status: number; readonly body: string },
): Answer {
  if (!foreseen[type].includes(status)) throw new Error(`${type} got ${status}: ${body}`);
  if (status !== 200 && status !== 201) return { status };
  const { id, description } = JSON.parse(body) as WebhookEndpoint;
  return type === 'create' ? { status, id } : { status, text: description ?? '' };
}
