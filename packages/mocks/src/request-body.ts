import type { WireRequest } from '@holdfast/gateway';

/** The server's default limit of bodies. */
export const largestBodyBytes = 1_048_576;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A body for the gateway: its text, or why there is none. */
export function toBody(bytes: Uint8Array, contentEncoding = 'identity'): WireRequest['body'] {
  if (bytes.length === 0) return '';
  if (contentEncoding !== 'identity') return { unread: 'compressed' };
  if (bytes.length > largestBodyBytes) return { unread: 'tooLarge' };
  try {
    return utf8.decode(bytes);
  } catch {
    return { unread: 'notUtf8' };
  }
}
