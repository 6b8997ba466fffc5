import { startProcess } from './child-process.ts';
import type { StartedProcess } from './child-process.ts';
import { findBinary } from './find-binary.ts';
import { freePort } from './free-port.ts';
import type { Missing } from './missing.ts';

export interface EtcdServer extends StartedProcess {
  readonly url: string;
}

/** A cluster of one, which flushes each batch to the disk, as etcd always does. */
export async function startEtcdServer(folder: string): Promise<EtcdServer | Missing> {
  const command = findBinary('etcd');
  if (command === undefined) return { missing: 'etcd is not on the PATH' };
  const url = `http://127.0.0.1:${await freePort()}`;
  const peerUrl = `http://127.0.0.1:${await freePort()}`;
  const settings = {
    name: 'bench',
    'data-dir': folder,
    'listen-client-urls': url,
    'advertise-client-urls': url,
    'listen-peer-urls': peerUrl,
    'initial-advertise-peer-urls': peerUrl,
    'initial-cluster': `bench=${peerUrl}`,
  };
  const args = Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
  const started = await startProcess({ command, args, ready: /ready to serve client requests/u });
  return { ...started, url };
}
