import type { WireRequest } from '../../faults/wire-client.ts';
import type { Command } from './commands.ts';
import { idOf } from './objects.ts';

export function toRequest(command: Command): WireRequest {
  if (command.type === 'use') return { operationId: 'listReservations' };
  if (command.type === 'spend') {
    return { operationId: 'reserve', body: [{ requester: 'a', resource: command.resource, ttlSeconds: 60 }] };
  }
  const path = { api_key_id: idOf(command.key) };
  switch (command.type) {
    case 'revoke':
      return { operationId: 'revokeApiKey', path };
    case 'rotate':
      return { operationId: 'rotateApiKey', path, body: {} };
    case 'narrow':
      return { operationId: 'updateApiKey', path, body: { scopes: ['credits:read'] } };
    case 'widen':
      return { operationId: 'updateApiKey', path, body: { scopes: null } };
  }
}
