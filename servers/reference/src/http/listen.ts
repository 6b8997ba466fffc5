import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { messageOf, StartError, systemErrorCode } from '../start-error.ts';

/**
 * Starts to listen, and resolves to the server's address for this machine.
 *
 * @param portVariable - Where the operator sets the port.
 * @throws {@link StartError} if the address is not available.
 */
export async function listen(server: Server, host: string, port: number, portVariable = 'PORT'): Promise<string> {
  // A client that finds the queue full gets in seconds later, so it has room for all connections. Node's default is
  // 511.
  server.listen({ port, host, backlog: server.maxConnections });
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new StartError(explain(error, host, port, portVariable), { cause: error });
  }
  const { port: actualPort } = server.address() as AddressInfo;
  return localUrl(host, actualPort);
}

/** Where a server that listens there can be reached on this machine. */
export function localUrl(host: string, port: number): string {
  return `http://${reachable(host)}:${port}`;
}

/** Clients can't connect to the wildcard address. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

function explain(error: unknown, host: string, port: number, portVariable: string): string {
  const code = systemErrorCode(error);
  if (code === 'EADDRINUSE') {
    return `Port ${port} on ${host} is taken: stop what listens there, or set ${portVariable} to another port.`;
  }
  if (code === 'EACCES') return `Listening on port ${port} isn't allowed: set ${portVariable} to one above 1023.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `This machine has no address ${host}: set HOST to one it has.`;
  return `Listening on ${host}, port ${port}, failed: ${messageOf(error)}`;
}
