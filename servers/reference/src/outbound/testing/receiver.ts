import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

import { onTestFinished, vi } from 'vitest';

import { parseAddressRange } from '../../address-range.ts';
import type { AddressRange } from '../../address-range.ts';

export function range(text: string): AddressRange {
  const parsed = parseAddressRange(text);
  if (parsed === undefined) throw new Error(`${text} is no CIDR.`);
  return parsed;
}

/** What nobody may reach unless it is allowed. */
export const loopback = [range('127.0.0.0/8')];

/** A resolver that answers each look-up with the next of these lists of addresses. */
export function resolver(...answers: readonly (readonly string[])[]) {
  const left = [...answers];
  return vi.fn((_name: string) => {
    const addresses = left.shift() ?? [];
    return Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
  });
}

export interface Receiver {
  readonly port: number;
  /** How often it was asked. */
  asked(): number;
  close(): Promise<void>;
}

/** A receiver on loopback, until the end of the test. */
export async function serve(listener: RequestListener): Promise<Receiver> {
  const counted = vi.fn(listener);
  const server = createServer(counted);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  onTestFinished(close);
  return { port: (server.address() as AddressInfo).port, asked: () => counted.mock.calls.length, close };
}
