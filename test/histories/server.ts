import type { Holdfast } from '@holdfast/sdk';

import { WireClient } from '../faults/wire-client.ts';
import { clientOf } from '../processes/server-process.ts';
import { otherOrgsKey } from './other-org.ts';

/** A server process as its clients reach it: each request is made once. */
export interface Server {
  readonly url: string;
  readonly apiKey: string;
  readonly sdk: Holdfast;
  readonly wire: WireClient;
  /** With a key of another org. */
  readonly otherOrgsWire: WireClient;
}

export function serverAt(url: string, apiKey: string): Server {
  return {
    url,
    apiKey,
    sdk: clientOf({ url }, apiKey),
    wire: new WireClient(url, apiKey),
    otherOrgsWire: new WireClient(url, otherOrgsKey),
  };
}
