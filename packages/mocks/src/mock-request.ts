import type { WireRequest } from '@holdfast/gateway';

/** A request as it comes in, before anybody has looked at how its body is encoded. */
export interface MockRequest extends Omit<WireRequest, 'body'> {
  readonly body: WireRequest['body'] | { readonly notUtf8: true };
}

/** The largest body that the server accepts unless it is told otherwise. */
export const largestBodyBytes = 1_048_576;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function toBody(bytes: Uint8Array): MockRequest['body'] {
  if (bytes.length > largestBodyBytes) return { tooLarge: true };
  try {
    return utf8.decode(bytes);
  } catch {
    return { notUtf8: true };
  }
}
