import { mkdirSync } from 'node:fs';

import { startProcess } from './child-process.ts';
import type { StartedProcess } from './child-process.ts';
import { findBinary } from './find-binary.ts';
import { freePort } from './free-port.ts';
import type { Missing } from './missing.ts';

export interface RedisServer extends StartedProcess {
  readonly port: number;
}

/** A Redis that, like Holdfast, answers only when the disk has it. */
export async function startRedisServer(folder: string): Promise<RedisServer | Missing> {
  const command = findBinary('redis-server');
  if (command === undefined) return { missing: 'redis-server is not on the PATH' };
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const settings = { port, bind: '127.0.0.1', dir: folder, appendonly: 'yes', appendfsync: 'always', save: '' };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const started = await startProcess({ command, args, ready: /Ready to accept connections/u });
  return { ...started, port };
}
